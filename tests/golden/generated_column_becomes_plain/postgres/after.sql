CREATE TABLE students (
  id integer PRIMARY KEY,
  price integer NOT NULL,
  total bigint
);
