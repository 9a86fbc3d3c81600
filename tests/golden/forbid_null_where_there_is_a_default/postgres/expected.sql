-- migrate:up
-- change column t.a: not null
UPDATE "t" SET "a" = 5 WHERE "a" IS NULL;
ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL;

-- migrate:down
-- change column t.a: nullable
ALTER TABLE "t" ALTER COLUMN "a" DROP NOT NULL;
