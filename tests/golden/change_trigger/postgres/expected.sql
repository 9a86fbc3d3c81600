-- migrate:up
-- change function touched()
CREATE OR REPLACE FUNCTION touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN NEW.visits := NEW.visits + 2; RETURN NEW; END $function$;

-- migrate:down
-- change function touched()
CREATE OR REPLACE FUNCTION touched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$ BEGIN NEW.visits := NEW.visits + 1; RETURN NEW; END $function$;
