-- migrate:up
-- rename index students_by_name on students to names_of_students
ALTER TABLE `students` RENAME INDEX `students_by_name` TO `names_of_students`;

-- migrate:down
-- rename index names_of_students on students to students_by_name
ALTER TABLE `students` RENAME INDEX `names_of_students` TO `students_by_name`;
