-- migrate:up
-- change column students.name: nullable
ALTER TABLE "students" ALTER COLUMN "name" DROP NOT NULL;

-- migrate:down
-- change column students.name: not null
ALTER TABLE "students" ALTER COLUMN "name" SET NOT NULL;
