-- migrate:up
-- drop index of_class on students
ALTER TABLE `students` DROP INDEX `of_class`;
-- change column students.note: type varchar(20) -> text
ALTER TABLE `students` MODIFY COLUMN `note` text NOT NULL;
-- add index classes on students
ALTER TABLE `students` ADD KEY `classes` (`class_id`);

-- migrate:down
-- drop index classes on students
ALTER TABLE `students` DROP INDEX `classes`;
-- change column students.note: type text -> varchar(20)
-- destroys what varchar(20) cannot hold of column students.note (text)
ALTER TABLE `students` MODIFY COLUMN `note` varchar(20) NOT NULL;
-- add index of_class on students
ALTER TABLE `students` ADD KEY `of_class` (`class_id`, `note`);
