-- migrate:up
-- drop index one_phone on students
ALTER TABLE `students` DROP INDEX `one_phone`;

-- migrate:down
-- add index one_phone on students
ALTER TABLE `students` ADD UNIQUE KEY `one_phone` (`phone`);
