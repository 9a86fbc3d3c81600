CREATE TABLE students (
  id integer PRIMARY KEY,
  extra json
);
