-- migrate:up
-- change column students.name: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column students.name (varchar(50))
ALTER TABLE `students` MODIFY COLUMN `name` varchar(20);
-- change column students.visits: type int(11) -> bigint(20)
ALTER TABLE `students` MODIFY COLUMN `visits` bigint(20) NOT NULL DEFAULT 0;

-- migrate:down
-- change column students.visits: type bigint(20) -> int(11)
-- destroys what int(11) cannot hold of column students.visits (bigint(20))
ALTER TABLE `students` MODIFY COLUMN `visits` int(11) NOT NULL DEFAULT 0;
-- change column students.name: type varchar(20) -> varchar(50)
ALTER TABLE `students` MODIFY COLUMN `name` varchar(50);
