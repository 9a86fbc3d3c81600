CREATE DOMAIN age AS integer NOT NULL DEFAULT 7 CONSTRAINT grown CHECK (VALUE > 6);
CREATE TABLE students (
  id integer PRIMARY KEY,
  age age
);
