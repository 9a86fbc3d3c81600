CREATE TYPE mood AS ENUM ('calm', 'glad');
CREATE TABLE students (
  id integer PRIMARY KEY,
  mood mood NOT NULL DEFAULT 'calm',
  moods mood[]
);
CREATE INDEX by_mood ON students (mood) WHERE mood = 'calm';
CREATE VIEW calm AS SELECT id, mood FROM students WHERE mood = 'calm';
CREATE VIEW calmest AS SELECT id FROM calm;
