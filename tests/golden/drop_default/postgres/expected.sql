-- migrate:up
-- change column students.visits: no default
ALTER TABLE "students" ALTER COLUMN "visits" DROP DEFAULT;

-- migrate:down
-- change column students.visits: default 1
ALTER TABLE "students" ALTER COLUMN "visits" SET DEFAULT 1;
