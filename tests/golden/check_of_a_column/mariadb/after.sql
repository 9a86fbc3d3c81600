CREATE TABLE students (
  id integer PRIMARY KEY,
  age integer CHECK (age > 6)
);
