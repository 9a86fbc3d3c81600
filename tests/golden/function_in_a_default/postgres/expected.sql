-- migrate:up
-- add function next_code()
CREATE OR REPLACE FUNCTION next_code()
 RETURNS text
 LANGUAGE sql
AS $function$ SELECT 'x' $function$;
-- add column students.code
ALTER TABLE "students" ADD COLUMN "code" text DEFAULT next_code();

-- migrate:down
-- drop column students.code
-- destroys column students.code
ALTER TABLE "students" DROP COLUMN "code";
-- drop function next_code()
DROP FUNCTION "next_code"();
