CREATE TABLE students (
  id serial PRIMARY KEY,
  name text
);
