-- migrate:up
-- drop function twice(n integer)
DROP FUNCTION "twice"(n integer);
-- add procedure clean()
CREATE OR REPLACE PROCEDURE clean()
 LANGUAGE plpgsql
AS $procedure$ BEGIN PERFORM 1; END $procedure$;
-- add function twice(n integer)
CREATE OR REPLACE FUNCTION twice(n integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT n * 2::bigint $function$;
-- add function twice(n text)
CREATE OR REPLACE FUNCTION twice(n text)
 RETURNS text
 LANGUAGE sql
AS $function$ SELECT n || n $function$;
-- drop function shout(said text)
DROP FUNCTION "shout"(said text);

-- migrate:down
-- add function shout(said text)
CREATE OR REPLACE FUNCTION shout(said text)
 RETURNS text
 LANGUAGE sql
AS $function$SELECT upper(said)$function$;
-- drop function twice(n text)
DROP FUNCTION "twice"(n text);
-- drop function twice(n integer)
DROP FUNCTION "twice"(n integer);
-- drop procedure clean()
DROP PROCEDURE "clean"();
-- add function twice(n integer)
CREATE OR REPLACE FUNCTION twice(n integer)
 RETURNS integer
 LANGUAGE sql
AS $function$ SELECT n * 2 $function$;
