-- migrate:up
-- change enum mood
ALTER TYPE "mood" ADD VALUE 'glad' AFTER 'calm';
ALTER TYPE "mood" ADD VALUE 'it''s late';

-- migrate:down
-- change enum mood
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "students" WHERE "mood" IN ('glad', 'it''s late')) THEN
    RAISE EXCEPTION 'rows of students.mood hold a value that mood loses: ''glad'', ''it''''s late''';
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
