CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50)
) ENGINE=Aria;
