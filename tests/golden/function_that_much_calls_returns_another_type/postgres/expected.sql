-- migrate:up
-- drop policy seen
DROP POLICY "seen" ON "games";
-- drop view scores
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"scores"'),
    ('FUNCTION', 'FUNCTION', '"twice"(integer)'),
    ('FUNCTION', 'FUNCTION', '"score"(integer)')) AS o(kind, word, name),
  LATERAL (
    SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT proowner, proacl, '' FROM pg_proc
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
DROP VIEW "scores";
-- drop check games_points_check on games((score(points) > 0))
ALTER TABLE "games" DROP CONSTRAINT "games_points_check";
-- drop index by_total on games
DROP INDEX "by_total";
-- drop column games.total
ALTER TABLE "games" DROP COLUMN "total";
-- change column games.points: no default
ALTER TABLE "games" ALTER COLUMN "points" DROP DEFAULT;
-- change column games.doubled: no default
ALTER TABLE "games" ALTER COLUMN "doubled" DROP DEFAULT;
-- drop function twice(integer)
DROP FUNCTION "twice"(integer);
-- drop function score(integer)
DROP FUNCTION "score"(integer);
-- add function score(integer)
CREATE OR REPLACE FUNCTION score(a integer)
 RETURNS bigint
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT a::bigint $function$;
-- add function twice(integer)
CREATE OR REPLACE FUNCTION twice(a integer DEFAULT score(1))
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT a * 2 $function$;
-- change column games.points: default score(1)
ALTER TABLE "games" ALTER COLUMN "points" SET DEFAULT score(1);
-- change column games.doubled: default twice()
ALTER TABLE "games" ALTER COLUMN "doubled" SET DEFAULT twice();
-- add column games.total
ALTER TABLE "games" ADD COLUMN "total" bigint GENERATED ALWAYS AS (score(points)) STORED;
-- add index by_total on games
CREATE INDEX "by_total" ON "games" ("total") WHERE (score(points) > 3);
-- add check games_points_check on games((score(points) > 0))
ALTER TABLE "games" ADD CONSTRAINT "games_points_check" CHECK ((score(points) > 0));
-- add view scores
CREATE VIEW "scores" AS
SELECT score(games.points) AS score,
    games.total
   FROM games;
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
-- add policy seen
CREATE POLICY seen ON games USING ((score(points) > 1));

-- migrate:down
-- drop policy seen
DROP POLICY "seen" ON "games";
-- drop view scores
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"scores"'),
    ('FUNCTION', 'FUNCTION', '"twice"(integer)'),
    ('FUNCTION', 'FUNCTION', '"score"(integer)')) AS o(kind, word, name),
  LATERAL (
    SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT proowner, proacl, '' FROM pg_proc
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
DROP VIEW "scores";
-- drop check games_points_check on games((score(points) > 0))
ALTER TABLE "games" DROP CONSTRAINT "games_points_check";
-- drop index by_total on games
DROP INDEX "by_total";
-- drop column games.total
ALTER TABLE "games" DROP COLUMN "total";
-- change column games.doubled: no default
ALTER TABLE "games" ALTER COLUMN "doubled" DROP DEFAULT;
-- change column games.points: no default
ALTER TABLE "games" ALTER COLUMN "points" DROP DEFAULT;
-- drop function twice(integer)
DROP FUNCTION "twice"(integer);
-- drop function score(integer)
DROP FUNCTION "score"(integer);
-- add function score(integer)
CREATE OR REPLACE FUNCTION score(a integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT a $function$;
-- add function twice(integer)
CREATE OR REPLACE FUNCTION twice(a integer DEFAULT score(1))
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT a * 2 $function$;
-- change column games.doubled: default twice()
ALTER TABLE "games" ALTER COLUMN "doubled" SET DEFAULT twice();
-- change column games.points: default score(1)
ALTER TABLE "games" ALTER COLUMN "points" SET DEFAULT score(1);
-- add column games.total
ALTER TABLE "games" ADD COLUMN "total" bigint GENERATED ALWAYS AS (score(points)) STORED;
-- add index by_total on games
CREATE INDEX "by_total" ON "games" ("total") WHERE (score(points) > 3);
-- add check games_points_check on games((score(points) > 0))
ALTER TABLE "games" ADD CONSTRAINT "games_points_check" CHECK ((score(points) > 0));
-- add view scores
CREATE VIEW "scores" AS
SELECT score(games.points) AS score,
    games.total
   FROM games;
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
-- add policy seen
CREATE POLICY seen ON games USING ((score(points) > 1));
