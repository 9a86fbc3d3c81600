-- migrate:up
-- change column students.name: type varchar(100) -> varchar(200)
ALTER TABLE `students` MODIFY COLUMN `name` varchar(200) NOT NULL;
-- change column students.phone: type varchar(50) -> text
ALTER TABLE `students` MODIFY COLUMN `phone` text;
-- change column students.visits: type int(11) -> bigint(20)
ALTER TABLE `students` MODIFY COLUMN `visits` bigint(20) NOT NULL DEFAULT 0;

-- migrate:down
-- change column students.visits: type bigint(20) -> int(11)
-- destroys what int(11) cannot hold of column students.visits (bigint(20))
ALTER TABLE `students` MODIFY COLUMN `visits` int(11) NOT NULL DEFAULT 0;
-- change column students.phone: type text -> varchar(50)
-- destroys what varchar(50) cannot hold of column students.phone (text)
ALTER TABLE `students` MODIFY COLUMN `phone` varchar(50);
-- change column students.name: type varchar(200) -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (varchar(200))
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL;
