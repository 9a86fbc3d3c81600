CREATE TABLE students (
  id integer PRIMARY KEY AUTOINCREMENT,
  name text
);
