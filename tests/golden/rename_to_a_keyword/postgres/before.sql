CREATE TABLE students (
  id integer PRIMARY KEY,
  age integer,
  total integer GENERATED ALWAYS AS (age * 2) STORED,
  CONSTRAINT grown CHECK (age > 5)
);
CREATE INDEX by_age ON students ((age + 1)) WHERE age > 1;
