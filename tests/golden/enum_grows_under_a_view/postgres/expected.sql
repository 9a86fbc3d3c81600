-- migrate:up
-- change enum mood
ALTER TYPE "mood" ADD VALUE 'glad';

-- migrate:down
-- change enum mood
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "students" WHERE "mood" IN ('glad')) THEN
    RAISE EXCEPTION 'rows of students.mood hold a value that mood loses: ''glad''';
  END IF;
END
$piton$;
DROP VIEW "calm";
ALTER TYPE "mood" RENAME TO "mood__old";
CREATE TYPE "mood" AS ENUM ('calm', 'wild');
ALTER TABLE "students"
  ALTER COLUMN "mood" DROP DEFAULT,
  ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood,
  ALTER COLUMN "mood" SET DEFAULT 'calm'::mood;
DROP TYPE "mood__old";
CREATE VIEW "calm" AS
SELECT students.id,
    students.mood
   FROM students;
