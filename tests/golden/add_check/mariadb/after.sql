CREATE TABLE students (
  id integer PRIMARY KEY,
  age integer,
  CONSTRAINT grown CHECK (age > 5 AND age < 150)
);
