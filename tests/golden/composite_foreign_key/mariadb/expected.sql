-- migrate:up
-- add index of_class on students
ALTER TABLE `students` ADD KEY `of_class` (`school`, `class`);
-- add foreign key of_class on students(school, class) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`school`, `class`) REFERENCES `classes` (`school`, `number`);

-- migrate:down
-- drop foreign key of_class on students(school, class) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- drop index of_class on students
ALTER TABLE `students` DROP INDEX `of_class`;
