CREATE TYPE mood AS ENUM ('glad', 'calm', 'wild');
CREATE TABLE students (
  id integer PRIMARY KEY,
  mood mood NOT NULL DEFAULT 'calm'
);
