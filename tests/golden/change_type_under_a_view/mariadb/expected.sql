-- migrate:up
-- change column students.name: type varchar(100) -> text
ALTER TABLE `students` MODIFY COLUMN `name` text NOT NULL;

-- migrate:down
-- change column students.name: type text -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (text)
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL;
