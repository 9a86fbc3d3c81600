-- migrate:up
-- change column students.mood: type enum('calm','wild','glad') -> enum('glad','calm','wild')
ALTER TABLE `students` MODIFY COLUMN `mood` enum('glad','calm','wild') NOT NULL;

-- migrate:down
-- change column students.mood: type enum('glad','calm','wild') -> enum('calm','wild','glad')
ALTER TABLE `students` MODIFY COLUMN `mood` enum('calm','wild','glad') NOT NULL;
