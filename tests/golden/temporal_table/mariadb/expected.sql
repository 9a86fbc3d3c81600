-- migrate:up
-- change options of table students
ALTER TABLE `students` ADD SYSTEM VERSIONING;

-- migrate:down
-- change options of table students
SET STATEMENT system_versioning_alter_history = KEEP FOR ALTER TABLE `students` DROP SYSTEM VERSIONING;
