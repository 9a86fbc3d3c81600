-- students.email needs a value in the rows that are there
-- migrate:up
-- add column students.email
ALTER TABLE `students` ADD COLUMN `email` varchar(200) NOT NULL;

-- migrate:down
-- drop column students.email
-- destroys column students.email
ALTER TABLE `students` DROP COLUMN `email`;
