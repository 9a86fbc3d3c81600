-- migrate:up
-- change column students.visits: default 2
ALTER TABLE `students` MODIFY COLUMN `visits` int(11) DEFAULT 2;

-- migrate:down
-- change column students.visits: default 1
ALTER TABLE `students` MODIFY COLUMN `visits` int(11) DEFAULT 1;
