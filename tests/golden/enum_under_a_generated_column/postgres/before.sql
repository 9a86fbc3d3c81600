CREATE TYPE mood AS ENUM ('glad', 'sad', 'torn');
CREATE TABLE people (
  mood mood NOT NULL,
  is_glad boolean GENERATED ALWAYS AS (mood = 'glad') STORED,
  CONSTRAINT known CHECK (is_glad IS NOT NULL)
);
CREATE INDEX by_gladness ON people (is_glad);
CREATE VIEW glad_ones AS SELECT is_glad FROM people;
INSERT INTO people VALUES ('glad');
