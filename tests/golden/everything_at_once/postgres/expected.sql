-- students.mobile needs a value in the rows that are there
-- migrate:up
-- drop view phones
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"phones"')) AS o(kind, word, name),
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
DROP VIEW "phones";
-- rename column students.phone to mobile
ALTER TABLE "students" RENAME COLUMN "phone" TO "mobile";
-- change column classes.title: not null, default ''::character varying
UPDATE "classes" SET "title" = ''::character varying WHERE "title" IS NULL;
ALTER TABLE "classes"
  ALTER COLUMN "title" SET DEFAULT ''::character varying,
  ALTER COLUMN "title" SET NOT NULL;
-- add unique constraint titles on classes(title)
ALTER TABLE "classes" ADD CONSTRAINT "titles" UNIQUE ("title");
-- add table letters
CREATE TABLE "letters" (
  "id" integer NOT NULL,
  "body" character varying(100),
  CONSTRAINT "letters_pkey" PRIMARY KEY ("id")
);
-- rename index by_phone on students to by_mobile
ALTER INDEX "by_phone" RENAME TO "by_mobile";
-- add column students.email
ALTER TABLE "students" ADD COLUMN "email" character varying(200);
-- change column students.name: type character varying(100) -> character varying(200)
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(200);
-- change column students.mobile: not null
ALTER TABLE "students" ALTER COLUMN "mobile" SET NOT NULL;
-- add check has_at on students(((email)::text ~~ '%@%'::text))
ALTER TABLE "students" ADD CONSTRAINT "has_at" CHECK (((email)::text ~~ '%@%'::text));
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE "students" ADD CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE SET NULL;
-- add view phones
CREATE VIEW "phones" AS
SELECT students.mobile
   FROM students;
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
-- drop view phones
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"phones"')) AS o(kind, word, name),
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
DROP VIEW "phones";
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE "students" DROP CONSTRAINT "of_class";
-- drop check has_at on students(((email)::text ~~ '%@%'::text))
ALTER TABLE "students" DROP CONSTRAINT "has_at";
-- change column students.mobile: nullable
ALTER TABLE "students" ALTER COLUMN "mobile" DROP NOT NULL;
-- change column students.name: type character varying(200) -> character varying(100)
-- destroys what character varying(100) cannot hold of column students.name (character varying(200))
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(100);
-- drop column students.email
-- destroys column students.email
ALTER TABLE "students" DROP COLUMN "email";
-- rename index by_mobile on students to by_phone
ALTER INDEX "by_mobile" RENAME TO "by_phone";
-- drop table letters
-- destroys table letters
DROP TABLE "letters";
-- drop unique constraint titles on classes(title)
ALTER TABLE "classes" DROP CONSTRAINT "titles";
-- change column classes.title: nullable, no default
ALTER TABLE "classes"
  ALTER COLUMN "title" DROP DEFAULT,
  ALTER COLUMN "title" DROP NOT NULL;
-- rename column students.mobile to phone
ALTER TABLE "students" RENAME COLUMN "mobile" TO "phone";
-- add view phones
CREATE VIEW "phones" AS
SELECT students.phone
   FROM students;
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
