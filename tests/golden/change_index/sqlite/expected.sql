-- migrate:up
-- change index students_by_name on students
DROP INDEX "students_by_name";
CREATE INDEX "students_by_name" ON "students" ("name" DESC, "id");

-- migrate:down
-- change index students_by_name on students
DROP INDEX "students_by_name";
CREATE INDEX "students_by_name" ON "students" ("name");
