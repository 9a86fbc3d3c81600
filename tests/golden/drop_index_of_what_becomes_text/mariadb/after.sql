CREATE TABLE students (
  id integer PRIMARY KEY,
  code text NOT NULL
);
