-- students.phone needs a value in the rows that are there
-- migrate:up
-- change column students.phone: not null
ALTER TABLE `students` MODIFY COLUMN `phone` varchar(50) NOT NULL;

-- migrate:down
-- change column students.phone: nullable
ALTER TABLE `students` MODIFY COLUMN `phone` varchar(50);
