-- migrate:up
-- drop index students_by_name on students
DROP INDEX "students_by_name";

-- migrate:down
-- add index students_by_name on students
CREATE INDEX "students_by_name" ON "students" ("name");
