-- migrate:up
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- change column classes.id: type int(11) -> bigint(20)
ALTER TABLE `classes` MODIFY COLUMN `id` bigint(20) NOT NULL;
-- change column students.class_id: type int(11) -> bigint(20)
ALTER TABLE `students` MODIFY COLUMN `class_id` bigint(20);
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`class_id`) REFERENCES `classes` (`id`);

-- migrate:down
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- change column students.class_id: type bigint(20) -> int(11)
-- destroys what int(11) cannot hold of column students.class_id (bigint(20))
ALTER TABLE `students` MODIFY COLUMN `class_id` int(11);
-- change column classes.id: type bigint(20) -> int(11)
-- destroys what int(11) cannot hold of column classes.id (bigint(20))
ALTER TABLE `classes` MODIFY COLUMN `id` int(11) NOT NULL;
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`class_id`) REFERENCES `classes` (`id`);
