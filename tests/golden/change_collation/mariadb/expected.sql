-- migrate:up
-- change column students.name: collation
ALTER TABLE `students` MODIFY COLUMN `name` varchar(50) COLLATE utf8mb4_bin;

-- migrate:down
-- change column students.name: collation
ALTER TABLE `students` MODIFY COLUMN `name` varchar(50);
