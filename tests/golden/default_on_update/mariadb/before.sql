CREATE TABLE students (
  id integer PRIMARY KEY,
  updated_at datetime(6)
);
