-- migrate:up
-- add index students_once on students
CREATE UNIQUE INDEX "students_once" ON "students" ("name", "phone" DESC);

-- migrate:down
-- drop index students_once on students
DROP INDEX "students_once";
