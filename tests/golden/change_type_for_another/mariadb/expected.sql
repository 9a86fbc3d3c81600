-- migrate:up
-- change column students.code: type varchar(20) -> int(11), default 0
-- destroys what int(11) cannot hold of column students.code (varchar(20))
ALTER TABLE `students` MODIFY COLUMN `code` int(11) DEFAULT 0;
-- change column students.born: type text -> date
-- destroys what date cannot hold of column students.born (text)
ALTER TABLE `students` MODIFY COLUMN `born` date;

-- migrate:down
-- change column students.born: type date -> text
ALTER TABLE `students` MODIFY COLUMN `born` text;
-- change column students.code: type int(11) -> varchar(20), default '0'
-- destroys what varchar(20) cannot hold of column students.code (int(11))
ALTER TABLE `students` MODIFY COLUMN `code` varchar(20) DEFAULT '0';
