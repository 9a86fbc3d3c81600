-- migrate:up
-- change enum mood
ALTER TYPE "mood" ADD VALUE 'glad';
-- commit
-- change column students.mood: default 'glad'::mood
ALTER TABLE "students" ALTER COLUMN "mood" SET DEFAULT 'glad'::mood;
-- add check not_wild on students(((mood <> 'glad'::mood) OR (id > 5)))
ALTER TABLE "students" ADD CONSTRAINT "not_wild" CHECK (((mood <> 'glad'::mood) OR (id > 5)));

-- migrate:down
-- drop check not_wild on students(((mood <> 'glad'::mood) OR (id > 5)))
ALTER TABLE "students" DROP CONSTRAINT "not_wild";
-- change column students.mood: default 'calm'::mood
ALTER TABLE "students" ALTER COLUMN "mood" SET DEFAULT 'calm'::mood;
-- commit
-- change enum mood
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "students" WHERE "mood" IN ('glad')) THEN
    RAISE EXCEPTION 'rows of students.mood hold a value that mood loses: ''glad''';
  END IF;
END
$piton$;
ALTER TYPE "mood" RENAME TO "mood__old";
CREATE TYPE "mood" AS ENUM ('calm', 'wild');
ALTER TABLE "students"
  ALTER COLUMN "mood" DROP DEFAULT,
  ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood,
  ALTER COLUMN "mood" SET DEFAULT 'calm'::mood;
DROP TYPE "mood__old";
