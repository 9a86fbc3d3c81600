CREATE TABLE students (
  id integer PRIMARY KEY,
  seen timestamptz,
  done bigint DEFAULT 0
);
