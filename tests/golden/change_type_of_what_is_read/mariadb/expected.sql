-- migrate:up
-- change column students.price: type int(11) -> bigint(20)
ALTER TABLE `students` MODIFY COLUMN `price` bigint(20) NOT NULL;

-- migrate:down
-- change column students.price: type bigint(20) -> int(11)
-- destroys what int(11) cannot hold of column students.price (bigint(20))
ALTER TABLE `students` MODIFY COLUMN `price` int(11) NOT NULL;
