-- rename: old.students:app.students
CREATE SCHEMA app;
CREATE TABLE app.students (
  id integer PRIMARY KEY,
  name text
);
