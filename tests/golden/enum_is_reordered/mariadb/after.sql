CREATE TABLE students (
  id integer PRIMARY KEY,
  mood enum('glad', 'calm', 'wild') NOT NULL
);
