-- migrate:up
-- add function touched()
CREATE OR REPLACE FUNCTION touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN NEW.visits := NEW.visits + 1; RETURN NEW; END $function$;
-- add trigger touch on students
CREATE TRIGGER touch BEFORE UPDATE OF name ON students FOR EACH ROW EXECUTE FUNCTION touched();

-- migrate:down
-- drop trigger touch on students
DROP TRIGGER "touch" ON "students";
-- drop function touched()
DROP FUNCTION "touched"();
