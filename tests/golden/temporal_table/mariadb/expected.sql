-- migrate:up
-- change options of table students
ALTER TABLE `students` ADD SYSTEM VERSIONING;

-- migrate:down
-- change options of table students
ALTER TABLE `students` DROP SYSTEM VERSIONING;
