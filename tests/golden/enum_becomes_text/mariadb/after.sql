CREATE TABLE students (
  id integer PRIMARY KEY,
  mood varchar(10) NOT NULL
);
