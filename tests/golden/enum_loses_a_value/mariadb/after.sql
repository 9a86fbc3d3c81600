CREATE TABLE students (
  id integer PRIMARY KEY,
  mood enum('calm', 'glad') NOT NULL
);
