-- migrate:up
-- change column students.name: type varchar(200) -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (varchar(200))
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL;
-- change column students.visits: type bigint(20) -> int(11)
-- destroys what int(11) cannot hold of column students.visits (bigint(20))
ALTER TABLE `students` MODIFY COLUMN `visits` int(11);
-- change column students.price: type decimal(10,4) -> decimal(8,2)
-- destroys what decimal(8,2) cannot hold of column students.price (decimal(10,4))
ALTER TABLE `students` MODIFY COLUMN `price` decimal(8,2);

-- migrate:down
-- change column students.price: type decimal(8,2) -> decimal(10,4)
ALTER TABLE `students` MODIFY COLUMN `price` decimal(10,4);
-- change column students.visits: type int(11) -> bigint(20)
ALTER TABLE `students` MODIFY COLUMN `visits` bigint(20);
-- change column students.name: type varchar(100) -> varchar(200)
ALTER TABLE `students` MODIFY COLUMN `name` varchar(200) NOT NULL;
