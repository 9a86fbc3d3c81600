CREATE TABLE students (
  code text PRIMARY KEY,
  name text
);
