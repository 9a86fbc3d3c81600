CREATE TABLE students (
  id integer PRIMARY KEY,
  name text NOT NULL,
  phone varchar(50)
);
CREATE MATERIALIZED VIEW named AS SELECT id, name FROM students WHERE id > 0;
CREATE UNIQUE INDEX named_once ON named (id);
