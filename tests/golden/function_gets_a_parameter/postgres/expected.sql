-- migrate:up
-- drop check t_a_check on t(sane(a))
ALTER TABLE "t" DROP CONSTRAINT "t_a_check";
-- drop function sane(integer)
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('FUNCTION', 'FUNCTION', '"sane"(integer)')) AS o(kind, word, name),
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
DROP FUNCTION "sane"(integer);
-- add function sane(integer, integer)
CREATE OR REPLACE FUNCTION sane(a integer, floor integer DEFAULT 0)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT a > floor $function$;
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
-- add check t_a_check on t(sane(a))
ALTER TABLE "t" ADD CONSTRAINT "t_a_check" CHECK (sane(a));

-- migrate:down
-- drop check t_a_check on t(sane(a))
ALTER TABLE "t" DROP CONSTRAINT "t_a_check";
-- drop function sane(integer, integer)
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('FUNCTION', 'FUNCTION', '"sane"(integer, integer)')) AS o(kind, word, name),
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
DROP FUNCTION "sane"(integer, integer);
-- add function sane(integer)
CREATE OR REPLACE FUNCTION sane(a integer)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT a > 0 $function$;
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
-- add check t_a_check on t(sane(a))
ALTER TABLE "t" ADD CONSTRAINT "t_a_check" CHECK (sane(a));
