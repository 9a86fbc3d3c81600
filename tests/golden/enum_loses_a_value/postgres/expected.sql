-- migrate:up
-- change enum mood
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "students" WHERE "mood" IN ('wild')) THEN
    RAISE EXCEPTION 'rows of students.mood hold a value that mood loses: ''wild''';
  END IF;
END
$piton$;
ALTER TYPE "mood" RENAME TO "mood__old";
CREATE TYPE "mood" AS ENUM ('calm', 'glad');
ALTER TABLE "students"
  ALTER COLUMN "mood" DROP DEFAULT,
  ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood,
  ALTER COLUMN "mood" SET DEFAULT 'calm'::mood;
DROP TYPE "mood__old";

-- migrate:down
-- change enum mood
ALTER TYPE "mood" ADD VALUE 'wild' AFTER 'calm';
