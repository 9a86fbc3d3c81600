-- rename: students.extra:more
CREATE TABLE students (
  id integer PRIMARY KEY,
  more json NOT NULL
);
