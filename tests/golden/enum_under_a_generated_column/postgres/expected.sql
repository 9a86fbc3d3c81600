-- migrate:up
-- change enum mood
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"glad_ones"')) AS o(kind, word, name),
  LATERAL (
    SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
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
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "people" WHERE "mood" IN ('torn')) THEN
    RAISE EXCEPTION 'rows of people.mood hold a value that mood loses: ''torn''';
  END IF;
END
$piton$;
DROP VIEW "glad_ones";
ALTER TABLE "people" DROP COLUMN "is_glad";
ALTER TYPE "mood" RENAME TO "mood__old";
CREATE TYPE "mood" AS ENUM ('glad', 'sad');
ALTER TABLE "people" ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood;
DROP TYPE "mood__old";
ALTER TABLE "people" ADD COLUMN "is_glad" boolean GENERATED ALWAYS AS ((mood = 'glad'::mood)) STORED;
ALTER TABLE "people" ADD CONSTRAINT "known" CHECK ((is_glad IS NOT NULL));
CREATE INDEX "by_gladness" ON "people" ("is_glad");
CREATE VIEW "glad_ones" AS
SELECT people.is_glad
   FROM people;
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

-- migrate:down
-- change enum mood
ALTER TYPE "mood" ADD VALUE 'torn';
