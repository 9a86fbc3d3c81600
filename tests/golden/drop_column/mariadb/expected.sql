-- migrate:up
-- drop index students_by_phone on students
ALTER TABLE `students` DROP INDEX `students_by_phone`;
-- drop column students.phone
-- destroys column students.phone
ALTER TABLE `students` DROP COLUMN `phone`;

-- migrate:down
-- add column students.phone
ALTER TABLE `students` ADD COLUMN `phone` varchar(50);
-- add index students_by_phone on students
ALTER TABLE `students` ADD KEY `students_by_phone` (`phone`);
