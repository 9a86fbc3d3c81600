CREATE DOMAIN age AS integer CONSTRAINT grown CHECK (VALUE > 5);
CREATE TABLE students (
  id integer PRIMARY KEY,
  age age
);
