-- students.mobile needs a value in the rows that are there
-- migrate:up
-- drop view phones
DROP VIEW `phones`;
-- rename column students.phone to mobile
ALTER TABLE `students` RENAME COLUMN `phone` TO `mobile`;
-- change column classes.title: not null, default ''
UPDATE `classes` SET `title` = '' WHERE `title` IS NULL;
ALTER TABLE `classes` MODIFY COLUMN `title` varchar(50) NOT NULL DEFAULT '';
-- add index titles on classes
ALTER TABLE `classes` ADD UNIQUE KEY `titles` (`title`);
-- add table letters
CREATE TABLE `letters` (
  `id` int(11) NOT NULL,
  `body` varchar(100),
  PRIMARY KEY (`id`)
);
-- rename index by_phone on students to by_mobile
ALTER TABLE `students` RENAME INDEX `by_phone` TO `by_mobile`;
-- add column students.email
ALTER TABLE `students` ADD COLUMN `email` varchar(200);
-- change column students.name: type varchar(100) -> varchar(200)
ALTER TABLE `students` MODIFY COLUMN `name` varchar(200) NOT NULL;
-- change column students.mobile: not null
ALTER TABLE `students` MODIFY COLUMN `mobile` varchar(50) NOT NULL;
-- add index of_class on students
ALTER TABLE `students` ADD KEY `of_class` (`class_id`);
-- add check has_at on students(`email` like '%@%')
ALTER TABLE `students` ADD CONSTRAINT `has_at` CHECK (`email` like '%@%');
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` ADD CONSTRAINT `of_class` FOREIGN KEY (`class_id`) REFERENCES `classes` (`id`) ON DELETE SET NULL;
-- add view phones
CREATE VIEW `phones` AS
select `students`.`mobile` AS `mobile` from `students`;

-- migrate:down
-- drop view phones
DROP VIEW `phones`;
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE `students` DROP FOREIGN KEY `of_class`;
-- drop check has_at on students(`email` like '%@%')
ALTER TABLE `students` DROP CONSTRAINT `has_at`;
-- drop index of_class on students
ALTER TABLE `students` DROP INDEX `of_class`;
-- change column students.mobile: nullable
ALTER TABLE `students` MODIFY COLUMN `mobile` varchar(50);
-- change column students.name: type varchar(200) -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (varchar(200))
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL;
-- drop column students.email
-- destroys column students.email
ALTER TABLE `students` DROP COLUMN `email`;
-- rename index by_mobile on students to by_phone
ALTER TABLE `students` RENAME INDEX `by_mobile` TO `by_phone`;
-- drop table letters
-- destroys table letters
DROP TABLE `letters`;
-- drop index titles on classes
ALTER TABLE `classes` DROP INDEX `titles`;
-- change column classes.title: nullable, no default
ALTER TABLE `classes` MODIFY COLUMN `title` varchar(50);
-- rename column students.mobile to phone
ALTER TABLE `students` RENAME COLUMN `mobile` TO `phone`;
-- add view phones
CREATE VIEW `phones` AS
select `students`.`phone` AS `phone` from `students`;
