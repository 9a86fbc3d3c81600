CREATE TABLE students (
  id integer PRIMARY KEY,
  name text
);
