CREATE TABLE students (
  id integer PRIMARY KEY,
  code int NOT NULL,
  UNIQUE KEY once (code DESC)
);
