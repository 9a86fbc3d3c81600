-- migrate:up
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- rename index of_class on students to by_class
ALTER TABLE `students` RENAME INDEX `of_class` TO `by_class`;

-- migrate:down
-- rename index by_class on students to of_class
ALTER TABLE `students` RENAME INDEX `by_class` TO `of_class`;
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`class_id`) REFERENCES `classes` (`id`);
