-- migrate:up
-- change trigger touch on students
ALTER TABLE "students" DISABLE TRIGGER "touch";
COMMENT ON TRIGGER "touch" ON "students" IS 'counts';

-- migrate:down
-- change trigger touch on students
ALTER TABLE "students" ENABLE TRIGGER "touch";
COMMENT ON TRIGGER "touch" ON "students" IS NULL;
