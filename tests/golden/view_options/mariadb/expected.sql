-- migrate:up
-- change view named
CREATE OR REPLACE SQL SECURITY INVOKER VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name` from `students` where `students`.`id` > 1 WITH CASCADED CHECK OPTION;

-- migrate:down
-- change view named
CREATE OR REPLACE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name` from `students`;
