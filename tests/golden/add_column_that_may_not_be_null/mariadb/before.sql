CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
INSERT INTO students (id, name) VALUES (1, 'Li');
DELETE FROM students;
