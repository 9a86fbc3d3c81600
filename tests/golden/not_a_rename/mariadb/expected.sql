-- migrate:up
-- add column students.mobile
ALTER TABLE `students` ADD COLUMN `mobile` varchar(50) AFTER `name`;
-- drop column students.phone
-- destroys column students.phone
ALTER TABLE `students` DROP COLUMN `phone`;

-- migrate:down
-- add column students.phone
ALTER TABLE `students` ADD COLUMN `phone` varchar(50);
-- drop column students.mobile
-- destroys column students.mobile
ALTER TABLE `students` DROP COLUMN `mobile`;
