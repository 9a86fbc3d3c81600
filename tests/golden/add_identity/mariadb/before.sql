CREATE TABLE students (
  id int PRIMARY KEY,
  name text
);
