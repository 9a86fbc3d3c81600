CREATE TABLE students (
  id integer PRIMARY KEY,
  name text NOT NULL
);
CREATE VIEW named AS SELECT id, name FROM students;
