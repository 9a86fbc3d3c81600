CREATE TYPE mood AS ENUM ('calm', 'glad', 'wild', 'it''s late');
CREATE TABLE students (
  id integer PRIMARY KEY,
  mood mood NOT NULL DEFAULT 'calm'
);
