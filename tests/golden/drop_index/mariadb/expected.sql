-- migrate:up
-- drop index students_by_name on students
ALTER TABLE `students` DROP INDEX `students_by_name`;

-- migrate:down
-- add index students_by_name on students
ALTER TABLE `students` ADD KEY `students_by_name` (`name`);
