CREATE TABLE students (
  id integer PRIMARY KEY AUTOINCREMENT,
  name varchar(100) NOT NULL
);
