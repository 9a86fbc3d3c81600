CREATE TABLE students (
  id integer PRIMARY KEY,
  body text,
  KEY by_body (body(20))
);
