CREATE DOMAIN email AS text COLLATE "C" NOT NULL DEFAULT '@' CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE TABLE students (
  id integer PRIMARY KEY,
  email email
);
