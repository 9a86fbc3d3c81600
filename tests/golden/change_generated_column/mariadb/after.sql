CREATE TABLE students (
  id integer PRIMARY KEY,
  price integer NOT NULL,
  total integer GENERATED ALWAYS AS (price * 3) STORED
);
CREATE INDEX by_total ON students (total);
