-- rename: students.visits:calls
CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50),
  calls integer NOT NULL DEFAULT 0
);
CREATE TRIGGER touch AFTER UPDATE OF name ON students BEGIN UPDATE students SET calls = calls + 1 WHERE id = NEW.id; SELECT 'a;b'; END;
