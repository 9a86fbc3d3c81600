-- migrate:up
-- add index students_once on students
ALTER TABLE `students` ADD UNIQUE KEY `students_once` (`name`, `phone` DESC);

-- migrate:down
-- drop index students_once on students
ALTER TABLE `students` DROP INDEX `students_once`;
