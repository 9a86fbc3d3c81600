CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
CREATE VIEW named AS SELECT id, name, phone FROM students;
CREATE VIEW firsts AS SELECT id, name FROM named WHERE id < 10;
