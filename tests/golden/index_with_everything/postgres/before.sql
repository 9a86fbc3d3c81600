CREATE TABLE students (
  id integer PRIMARY KEY,
  name text,
  tags text[],
  extra jsonb
);
