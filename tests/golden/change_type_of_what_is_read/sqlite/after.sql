CREATE TABLE students (
  id integer PRIMARY KEY,
  price bigint NOT NULL,
  total bigint GENERATED ALWAYS AS (price * 2) STORED
);
