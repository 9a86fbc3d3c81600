CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50),
  visits integer NOT NULL DEFAULT 0
);
