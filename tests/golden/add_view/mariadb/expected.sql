-- migrate:up
-- add view named
CREATE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name` from `students` where `students`.`phone` is not null;

-- migrate:down
-- drop view named
DROP VIEW `named`;
