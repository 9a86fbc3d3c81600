CREATE TABLE students (
  id integer PRIMARY KEY,
  code integer DEFAULT 0,
  born date
);
