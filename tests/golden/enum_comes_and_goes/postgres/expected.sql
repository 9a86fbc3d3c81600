-- migrate:up
-- add enum size
CREATE TYPE "size" AS ENUM ('small', 'large');
-- add column students.size
ALTER TABLE "students" ADD COLUMN "size" size DEFAULT 'small'::size;
-- drop column students.mood
-- destroys column students.mood
ALTER TABLE "students" DROP COLUMN "mood";
-- drop enum mood
DROP TYPE "mood";

-- migrate:down
-- add enum mood
CREATE TYPE "mood" AS ENUM ('calm');
-- add column students.mood
ALTER TABLE "students" ADD COLUMN "mood" mood;
-- drop column students.size
-- destroys column students.size
ALTER TABLE "students" DROP COLUMN "size";
-- drop enum size
DROP TYPE "size";
