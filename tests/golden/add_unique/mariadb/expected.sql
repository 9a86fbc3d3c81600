-- migrate:up
-- add index one_phone on students
ALTER TABLE `students` ADD UNIQUE KEY `one_phone` (`name`, `phone`);

-- migrate:down
-- drop index one_phone on students
ALTER TABLE `students` DROP INDEX `one_phone`;
