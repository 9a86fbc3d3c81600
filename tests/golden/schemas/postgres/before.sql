CREATE SCHEMA old;
CREATE TABLE old.students (
  id integer PRIMARY KEY
);
