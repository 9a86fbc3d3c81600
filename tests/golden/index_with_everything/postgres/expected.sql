-- migrate:up
-- add index by_extra on students
CREATE INDEX "by_extra" ON "students" USING gin ("extra" jsonb_path_ops);
-- add index by_name on students
CREATE INDEX "by_name" ON "students" ("name" text_pattern_ops DESC NULLS LAST) INCLUDE ("id") WITH (fillfactor=70);
COMMENT ON INDEX "by_name" IS 'it''s for LIKE';
-- add index by_tags on students
CREATE INDEX "by_tags" ON "students" USING gin ("tags");

-- migrate:down
-- drop index by_tags on students
DROP INDEX "by_tags";
-- drop index by_name on students
DROP INDEX "by_name";
-- drop index by_extra on students
DROP INDEX "by_extra";
