-- migrate:up
-- rename column students.visits to calls
ALTER TABLE "students" RENAME COLUMN "visits" TO "calls";

-- migrate:down
-- rename column students.calls to visits
ALTER TABLE "students" RENAME COLUMN "calls" TO "visits";
