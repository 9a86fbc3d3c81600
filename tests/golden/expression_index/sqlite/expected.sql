-- migrate:up
-- add index by_name on students
CREATE UNIQUE INDEX "by_name" ON "students" ((lower(name)), "id" DESC);

-- migrate:down
-- drop index by_name on students
DROP INDEX "by_name";
