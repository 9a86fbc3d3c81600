-- rename: students.name:Name
CREATE TABLE students (
  id integer PRIMARY KEY,
  "Name" text
);
