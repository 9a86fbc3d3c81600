CREATE TYPE mood AS ENUM ('calm', 'glad');
CREATE TABLE students (
  id integer PRIMARY KEY,
  mood mood NOT NULL DEFAULT 'calm'
);
