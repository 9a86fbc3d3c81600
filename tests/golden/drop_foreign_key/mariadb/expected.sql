-- migrate:up
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- drop index of_class on students
ALTER TABLE `students` DROP INDEX `of_class`;

-- migrate:down
-- add index of_class on students
ALTER TABLE `students` ADD KEY `of_class` (`class_id`);
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`class_id`) REFERENCES `classes` (`id`);
