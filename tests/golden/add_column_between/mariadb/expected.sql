-- migrate:up
-- add column students.email
ALTER TABLE `students` ADD COLUMN `email` varchar(200) AFTER `id`;

-- migrate:down
-- drop column students.email
-- destroys column students.email
ALTER TABLE `students` DROP COLUMN `email`;
