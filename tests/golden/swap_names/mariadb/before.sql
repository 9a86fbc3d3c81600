CREATE TABLE students (
  id integer PRIMARY KEY,
  a integer,
  b varchar(20)
);
