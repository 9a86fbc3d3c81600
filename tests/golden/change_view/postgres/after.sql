CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
CREATE VIEW named AS SELECT id, phone FROM students;
CREATE VIEW first AS SELECT id FROM named WHERE id = 1;
