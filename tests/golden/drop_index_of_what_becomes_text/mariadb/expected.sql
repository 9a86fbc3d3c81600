-- migrate:up
-- drop index once on students
ALTER TABLE `students` DROP INDEX `once`;
-- change column students.code: type int(11) -> text
ALTER TABLE `students` MODIFY COLUMN `code` text NOT NULL;

-- migrate:down
-- change column students.code: type text -> int(11)
-- destroys what int(11) cannot hold of column students.code (text)
ALTER TABLE `students` MODIFY COLUMN `code` int(11) NOT NULL;
-- add index once on students
ALTER TABLE `students` ADD UNIQUE KEY `once` (`code` DESC);
