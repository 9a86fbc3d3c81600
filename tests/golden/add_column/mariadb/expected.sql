-- migrate:up
-- add column students.email
ALTER TABLE `students` ADD COLUMN `email` varchar(200);
-- add column students.visits
ALTER TABLE `students` ADD COLUMN `visits` int(11) NOT NULL DEFAULT 0;

-- migrate:down
-- drop column students.visits
-- destroys column students.visits
ALTER TABLE `students` DROP COLUMN `visits`;
-- drop column students.email
-- destroys column students.email
ALTER TABLE `students` DROP COLUMN `email`;
