-- migrate:up
-- rename column students.name to Name
ALTER TABLE "students" RENAME COLUMN "name" TO "Name";

-- migrate:down
-- rename column students.Name to name
ALTER TABLE "students" RENAME COLUMN "Name" TO "name";
