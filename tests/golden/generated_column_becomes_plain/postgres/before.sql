CREATE TABLE students (
  id integer PRIMARY KEY,
  price integer NOT NULL,
  total integer GENERATED ALWAYS AS (price * 2) STORED
);
