CREATE TABLE students (
  id integer PRIMARY KEY,
  visits integer DEFAULT 1
);
