CREATE TABLE students (
  id integer PRIMARY KEY,
  body text,
  FULLTEXT KEY words (body)
);
