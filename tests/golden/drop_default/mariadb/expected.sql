-- migrate:up
-- change column students.visits: no default
ALTER TABLE `students` MODIFY COLUMN `visits` int(11);

-- migrate:down
-- change column students.visits: default 1
ALTER TABLE `students` MODIFY COLUMN `visits` int(11) DEFAULT 1;
