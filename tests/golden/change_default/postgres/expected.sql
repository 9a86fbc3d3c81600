-- migrate:up
-- change column students.visits: default 2
ALTER TABLE "students" ALTER COLUMN "visits" SET DEFAULT 2;

-- migrate:down
-- change column students.visits: default 1
ALTER TABLE "students" ALTER COLUMN "visits" SET DEFAULT 1;
