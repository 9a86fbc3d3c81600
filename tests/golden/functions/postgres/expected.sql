-- migrate:up
-- drop function twice(integer)
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('FUNCTION', 'FUNCTION', '"twice"(integer)')) AS o(kind, word, name),
  LATERAL (
    SELECT proowner, proacl, '' FROM pg_proc
      WHERE oid = to_regprocedure(CASE WHEN word <> 'TABLE' THEN name END)
  ) AS a(owner, acl, part),
  LATERAL (
    SELECT 1, format('ALTER %s %s OWNER TO %s', kind, name, owner::regrole)
      WHERE part = '' AND owner <> current_user::regrole
    UNION ALL SELECT 2, format('REVOKE ALL ON %s %s FROM PUBLIC, %s', word, name, owner::regrole)
      WHERE part = '' AND acl IS NOT NULL
    UNION ALL SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', privilege_type, part, word, name,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM aclexplode(acl)
  ) AS s(place, said);
DROP FUNCTION "twice"(integer);
-- add procedure clean()
CREATE OR REPLACE PROCEDURE clean()
 LANGUAGE plpgsql
AS $procedure$ BEGIN PERFORM 1; END $procedure$;
-- add function twice(integer)
CREATE OR REPLACE FUNCTION twice(n integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT n * 2::bigint $function$;
-- add function twice(text)
CREATE OR REPLACE FUNCTION twice(n text)
 RETURNS text
 LANGUAGE sql
AS $function$ SELECT n || n $function$;
DO $piton$
DECLARE
  said text;
BEGIN
  FOR said IN SELECT json_array_elements_text(current_setting('piton.kept')::json) LOOP
    BEGIN
      EXECUTE said;
    EXCEPTION WHEN undefined_column THEN NULL;
    END;
  END LOOP;
END
$piton$;
-- drop function shout(text)
DROP FUNCTION "shout"(text);

-- migrate:down
-- add function shout(text)
CREATE OR REPLACE FUNCTION shout(said text)
 RETURNS text
 LANGUAGE sql
AS $function$SELECT upper(said)$function$;
-- drop function twice(text)
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('FUNCTION', 'FUNCTION', '"twice"(text)'),
    ('FUNCTION', 'FUNCTION', '"twice"(integer)')) AS o(kind, word, name),
  LATERAL (
    SELECT proowner, proacl, '' FROM pg_proc
      WHERE oid = to_regprocedure(CASE WHEN word <> 'TABLE' THEN name END)
  ) AS a(owner, acl, part),
  LATERAL (
    SELECT 1, format('ALTER %s %s OWNER TO %s', kind, name, owner::regrole)
      WHERE part = '' AND owner <> current_user::regrole
    UNION ALL SELECT 2, format('REVOKE ALL ON %s %s FROM PUBLIC, %s', word, name, owner::regrole)
      WHERE part = '' AND acl IS NOT NULL
    UNION ALL SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', privilege_type, part, word, name,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM aclexplode(acl)
  ) AS s(place, said);
DROP FUNCTION "twice"(text);
-- drop function twice(integer)
DROP FUNCTION "twice"(integer);
-- drop procedure clean()
DROP PROCEDURE "clean"();
-- add function twice(integer)
CREATE OR REPLACE FUNCTION twice(n integer)
 RETURNS integer
 LANGUAGE sql
AS $function$ SELECT n * 2 $function$;
DO $piton$
DECLARE
  said text;
BEGIN
  FOR said IN SELECT json_array_elements_text(current_setting('piton.kept')::json) LOOP
    BEGIN
      EXECUTE said;
    EXCEPTION WHEN undefined_column THEN NULL;
    END;
  END LOOP;
END
$piton$;
