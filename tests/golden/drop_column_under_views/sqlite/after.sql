CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL
);
CREATE VIEW named AS SELECT id, name FROM students;
CREATE VIEW firsts AS SELECT id, name FROM named WHERE id < 10;
