-- migrate:up
-- drop view named
DROP VIEW `named`;

-- migrate:down
-- add view named
CREATE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name` from `students`;
