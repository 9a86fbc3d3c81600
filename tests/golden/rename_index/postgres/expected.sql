-- migrate:up
-- rename index students_by_name on students to names_of_students
ALTER INDEX "students_by_name" RENAME TO "names_of_students";

-- migrate:down
-- rename index names_of_students on students to students_by_name
ALTER INDEX "names_of_students" RENAME TO "students_by_name";
