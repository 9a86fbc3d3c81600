CREATE TABLE students (
  id integer PRIMARY KEY,
  place point NOT NULL
);
