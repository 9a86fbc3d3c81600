-- rename: students.age:order
CREATE TABLE students (
  id integer PRIMARY KEY,
  "order" integer,
  CONSTRAINT grown CHECK ("order" > 5)
);
CREATE INDEX by_age ON students (("order" + 1)) WHERE "order" > 1;
