-- migrate:up
-- add index words on students
ALTER TABLE `students` ADD FULLTEXT KEY `words` (`body`);

-- migrate:down
-- drop index words on students
ALTER TABLE `students` DROP INDEX `words`;
