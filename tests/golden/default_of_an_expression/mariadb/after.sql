CREATE TABLE students (
  id integer PRIMARY KEY,
  created_at datetime(6) DEFAULT CURRENT_TIMESTAMP(6)
);
