CREATE TABLE students (
  id integer PRIMARY KEY,
  mood text NOT NULL DEFAULT 'calm'
);
