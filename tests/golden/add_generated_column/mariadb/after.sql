CREATE TABLE students (
  id integer PRIMARY KEY,
  price integer NOT NULL,
  many integer NOT NULL,
  total integer GENERATED ALWAYS AS (price * many) STORED
);
