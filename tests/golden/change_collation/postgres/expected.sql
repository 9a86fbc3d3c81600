-- migrate:up
-- change column students.name: collation
ALTER TABLE "students" ALTER COLUMN "name" TYPE text COLLATE "C";

-- migrate:down
-- change column students.name: collation
ALTER TABLE "students" ALTER COLUMN "name" TYPE text;
