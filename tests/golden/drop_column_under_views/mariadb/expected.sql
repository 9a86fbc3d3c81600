-- migrate:up
-- drop view named
DROP VIEW `named`;
-- drop column students.phone
-- destroys column students.phone
ALTER TABLE `students` DROP COLUMN `phone`;
-- add view named
CREATE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name` from `students`;

-- migrate:down
-- drop view named
DROP VIEW `named`;
-- add column students.phone
ALTER TABLE `students` ADD COLUMN `phone` varchar(50);
-- add view named
CREATE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name`,`students`.`phone` AS `phone` from `students`;
