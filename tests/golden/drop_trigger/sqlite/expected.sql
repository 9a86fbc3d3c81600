-- migrate:up
-- drop trigger touch on students
DROP TRIGGER "touch";

-- migrate:down
-- add trigger touch on students
CREATE TRIGGER touch AFTER UPDATE OF name ON students BEGIN UPDATE students SET visits = visits + 1 WHERE id = NEW.id; SELECT 'a;b'; END;
