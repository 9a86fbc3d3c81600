-- migrate:up
-- change column students.mood: type mood -> text, default 'calm'::text
ALTER TABLE "students"
  ALTER COLUMN "mood" DROP DEFAULT,
  ALTER COLUMN "mood" TYPE text USING "mood"::text,
  ALTER COLUMN "mood" SET DEFAULT 'calm'::text;
-- drop enum mood
DROP TYPE "mood";

-- migrate:down
-- add enum mood
CREATE TYPE "mood" AS ENUM ('calm', 'wild');
-- change column students.mood: type text -> mood, default 'calm'::mood
-- destroys what mood cannot hold of column students.mood (text)
ALTER TABLE "students"
  ALTER COLUMN "mood" DROP DEFAULT,
  ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood,
  ALTER COLUMN "mood" SET DEFAULT 'calm'::mood;
