-- migrate:up
-- change index by_name on students
DROP INDEX "by_name";
CREATE INDEX "by_name" ON "students" ("name") WHERE (phone IS NOT NULL);
-- add index once on students
CREATE UNIQUE INDEX "once" ON "students" ("phone") WHERE (id > 5);

-- migrate:down
-- drop index once on students
DROP INDEX "once";
-- change index by_name on students
DROP INDEX "by_name";
CREATE INDEX "by_name" ON "students" ("name") WHERE (phone IS NULL);
