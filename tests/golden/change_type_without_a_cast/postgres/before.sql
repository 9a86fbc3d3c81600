CREATE TABLE students (
  id integer PRIMARY KEY,
  seen integer,
  done boolean DEFAULT false
);
