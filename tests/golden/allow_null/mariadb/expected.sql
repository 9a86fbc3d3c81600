-- migrate:up
-- change column students.name: nullable
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100);

-- migrate:down
-- change column students.name: not null
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL;
