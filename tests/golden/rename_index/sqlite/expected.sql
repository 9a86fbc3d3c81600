-- migrate:up
-- rename index students_by_name on students to names_of_students
DROP INDEX "students_by_name";
CREATE INDEX "names_of_students" ON "students" ("name");

-- migrate:down
-- rename index names_of_students on students to students_by_name
DROP INDEX "names_of_students";
CREATE INDEX "students_by_name" ON "students" ("name");
