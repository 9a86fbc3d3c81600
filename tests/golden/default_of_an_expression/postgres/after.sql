CREATE TABLE students (
  id integer PRIMARY KEY,
  created_at timestamptz DEFAULT now()
);
