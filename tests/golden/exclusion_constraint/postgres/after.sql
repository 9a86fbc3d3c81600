CREATE TABLE students (
  id integer PRIMARY KEY,
  during int4range,
  CONSTRAINT alone EXCLUDE USING gist (during WITH &&)
);
