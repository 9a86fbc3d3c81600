CREATE TABLE students (
  id integer PRIMARY KEY,
  code int
);
