CREATE TABLE students (
  id integer PRIMARY KEY,
  mood enum('calm', 'wild', 'glad') NOT NULL
);
