CREATE TABLE students (
  id integer PRIMARY KEY,
  age integer
);
