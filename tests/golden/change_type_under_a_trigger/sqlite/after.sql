CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(20),
  visits bigint NOT NULL DEFAULT 0
);
CREATE TRIGGER touch AFTER UPDATE OF name ON students BEGIN UPDATE students SET visits = visits + 1 WHERE id = NEW.id; SELECT 'a;b'; END;
