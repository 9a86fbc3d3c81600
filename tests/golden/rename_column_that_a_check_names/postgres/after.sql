-- rename: students.age:years
CREATE TABLE students (
  id integer PRIMARY KEY,
  years integer,
  CONSTRAINT grown CHECK (years > 5)
);
