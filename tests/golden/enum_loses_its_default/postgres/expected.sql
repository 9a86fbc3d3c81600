-- migrate:up
-- change column students.mood: no default
ALTER TABLE "students" ALTER COLUMN "mood" DROP DEFAULT;
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
ALTER TABLE "students" ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood;
DROP TYPE "mood__old";
-- change column students.mood: default 'calm'::mood
ALTER TABLE "students" ALTER COLUMN "mood" SET DEFAULT 'calm'::mood;

-- migrate:down
-- change column students.mood: no default
ALTER TABLE "students" ALTER COLUMN "mood" DROP DEFAULT;
-- change enum mood
ALTER TYPE "mood" RENAME TO "mood__old";
CREATE TYPE "mood" AS ENUM ('calm', 'wild', 'glad');
ALTER TABLE "students" ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood;
DROP TYPE "mood__old";
-- change column students.mood: default 'wild'::mood
ALTER TABLE "students" ALTER COLUMN "mood" SET DEFAULT 'wild'::mood;
