-- migrate:up
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- add index by_class on students
-- drop index of_class on students
ALTER TABLE `students`
  ADD KEY `by_class` (`class_id` DESC, `id`),
  DROP INDEX `of_class`;

-- migrate:down
-- add index of_class on students
-- drop index by_class on students
ALTER TABLE `students`
  ADD KEY `of_class` (`class_id`),
  DROP INDEX `by_class`;
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`class_id`) REFERENCES `classes` (`id`);
