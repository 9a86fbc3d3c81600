CREATE TABLE students (
  id integer PRIMARY KEY,
  Name varchar(20)
);
