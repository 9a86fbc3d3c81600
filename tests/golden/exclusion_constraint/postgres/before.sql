CREATE TABLE students (
  id integer PRIMARY KEY,
  during int4range
);
