-- migrate:up
-- change view named
CREATE OR REPLACE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`phone` AS `phone` from `students`;

-- migrate:down
-- change view named
CREATE OR REPLACE VIEW `named` AS
select `students`.`id` AS `id`,`students`.`name` AS `name` from `students`;
