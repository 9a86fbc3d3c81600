-- migrate:up
-- change column students.total: generated expression
ALTER TABLE `students` MODIFY COLUMN `total` int(11) GENERATED ALWAYS AS (`price` * 3) STORED;

-- migrate:down
-- change column students.total: generated expression
ALTER TABLE `students` MODIFY COLUMN `total` int(11) GENERATED ALWAYS AS (`price` * 2) STORED;
