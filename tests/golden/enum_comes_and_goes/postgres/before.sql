CREATE TYPE mood AS ENUM ('calm');
CREATE TABLE students (
  id integer PRIMARY KEY,
  mood mood
);
