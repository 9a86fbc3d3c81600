-- rename: students.age:years
CREATE TABLE students (
  id integer PRIMARY KEY,
  years bigint NOT NULL DEFAULT 6,
  CONSTRAINT grown CHECK (years > 4)
);
