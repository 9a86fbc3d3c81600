-- migrate:up
-- drop view calmest
DROP VIEW "calmest";
-- drop view calm
DROP VIEW "calm";
-- change enum mood
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "students" WHERE "mood" IN ('wild')) THEN
    RAISE EXCEPTION 'rows of students.mood hold a value that mood loses: ''wild''';
  END IF;
END
$piton$;
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "students" WHERE "moods" && ARRAY['wild']::mood[]) THEN
    RAISE EXCEPTION 'rows of students.moods hold a value that mood loses: ''wild''';
  END IF;
END
$piton$;
ALTER TYPE "mood" RENAME TO "mood__old";
CREATE TYPE "mood" AS ENUM ('calm', 'glad');
DROP INDEX "by_mood";
ALTER TABLE "students"
  ALTER COLUMN "mood" DROP DEFAULT,
  ALTER COLUMN "mood" TYPE mood USING "mood"::text::mood,
  ALTER COLUMN "mood" SET DEFAULT 'calm'::mood,
  ALTER COLUMN "moods" TYPE mood[] USING "moods"::text[]::mood[];
CREATE INDEX "by_mood" ON "students" ("mood") WHERE (mood = 'calm'::mood);
DROP TYPE "mood__old";
-- add view calm
CREATE VIEW "calm" AS
SELECT students.id,
    students.mood
   FROM students
  WHERE (students.mood = 'calm'::mood);
-- add view calmest
CREATE VIEW "calmest" AS
SELECT calm.id
   FROM calm;

-- migrate:down
-- drop view calmest
DROP VIEW "calmest";
-- drop view calm
DROP VIEW "calm";
-- change enum mood
ALTER TYPE "mood" ADD VALUE 'wild' AFTER 'calm';
-- add view calm
CREATE VIEW "calm" AS
SELECT students.id,
    students.mood
   FROM students
  WHERE (students.mood = 'calm'::mood);
-- add view calmest
CREATE VIEW "calmest" AS
SELECT calm.id
   FROM calm;
