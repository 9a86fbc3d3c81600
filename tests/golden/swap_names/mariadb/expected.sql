-- migrate:up
-- change column students.a: type int(11) -> varchar(20)
-- destroys what varchar(20) cannot hold of column students.a (int(11))
ALTER TABLE `students` MODIFY COLUMN `a` varchar(20);
-- change column students.b: type varchar(20) -> int(11)
-- destroys what int(11) cannot hold of column students.b (varchar(20))
ALTER TABLE `students` MODIFY COLUMN `b` int(11);

-- migrate:down
-- change column students.b: type int(11) -> varchar(20)
-- destroys what varchar(20) cannot hold of column students.b (int(11))
ALTER TABLE `students` MODIFY COLUMN `b` varchar(20);
-- change column students.a: type varchar(20) -> int(11)
-- destroys what int(11) cannot hold of column students.a (varchar(20))
ALTER TABLE `students` MODIFY COLUMN `a` int(11);
