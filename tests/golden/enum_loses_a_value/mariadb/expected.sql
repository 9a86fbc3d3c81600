-- migrate:up
-- change column students.mood: type enum('calm','wild','glad') -> enum('calm','glad')
-- destroys what enum('calm','glad') cannot hold of column students.mood (enum('calm','wild','glad'))
ALTER TABLE `students` MODIFY COLUMN `mood` enum('calm','glad') NOT NULL;

-- migrate:down
-- change column students.mood: type enum('calm','glad') -> enum('calm','wild','glad')
ALTER TABLE `students` MODIFY COLUMN `mood` enum('calm','wild','glad') NOT NULL;
