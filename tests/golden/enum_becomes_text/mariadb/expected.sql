-- migrate:up
-- change column students.mood: type enum('calm','wild') -> varchar(10)
-- destroys what varchar(10) cannot hold of column students.mood (enum('calm','wild'))
ALTER TABLE `students` MODIFY COLUMN `mood` varchar(10) NOT NULL;

-- migrate:down
-- change column students.mood: type varchar(10) -> enum('calm','wild')
-- destroys what enum('calm','wild') cannot hold of column students.mood (varchar(10))
ALTER TABLE `students` MODIFY COLUMN `mood` enum('calm','wild') NOT NULL;
