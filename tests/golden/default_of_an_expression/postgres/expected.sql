-- migrate:up
-- change column students.created_at: default now()
ALTER TABLE "students" ALTER COLUMN "created_at" SET DEFAULT now();

-- migrate:down
-- change column students.created_at: no default
ALTER TABLE "students" ALTER COLUMN "created_at" DROP DEFAULT;
