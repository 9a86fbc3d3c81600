CREATE TYPE mood AS ENUM ('calm', 'wild', 'glad');
CREATE TABLE students (
  id integer PRIMARY KEY,
  mood mood NOT NULL DEFAULT 'wild'
);
