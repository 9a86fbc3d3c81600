-- migrate:up
-- change trigger touch on students
DROP TRIGGER "touch";
CREATE TRIGGER touch AFTER UPDATE OF name ON students BEGIN UPDATE students SET visits = visits + 2 WHERE id = NEW.id; SELECT 'a;b'; END;

-- migrate:down
-- change trigger touch on students
DROP TRIGGER "touch";
CREATE TRIGGER touch AFTER UPDATE OF name ON students BEGIN UPDATE students SET visits = visits + 1 WHERE id = NEW.id; SELECT 'a;b'; END;
