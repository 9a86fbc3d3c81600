-- migrate:up
-- rename column students.visits to calls
ALTER TABLE "students" RENAME COLUMN "visits" TO "calls";
-- change function touched()
CREATE OR REPLACE FUNCTION touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN NEW.calls := NEW.calls + 1; RETURN NEW; END $function$;

-- migrate:down
-- change function touched()
CREATE OR REPLACE FUNCTION touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN NEW.visits := NEW.visits + 1; RETURN NEW; END $function$;
-- rename column students.calls to visits
ALTER TABLE "students" RENAME COLUMN "calls" TO "visits";
