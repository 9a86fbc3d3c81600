CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(20)
);
