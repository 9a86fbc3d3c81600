-- migrate:up
-- change column students.total: type int(11) -> bigint(20), generated expression
ALTER TABLE `students` MODIFY COLUMN `total` bigint(20);

-- migrate:down
-- change column students.total: type bigint(20) -> int(11), generated expression
-- destroys the values of column students.total
ALTER TABLE `students` MODIFY COLUMN `total` int(11) GENERATED ALWAYS AS (`price` * 2) STORED;
