-- migrate:up
-- drop view names
DROP VIEW `names`;
-- rename table students to pupils
RENAME TABLE `students` TO `pupils`;
-- add view names
CREATE VIEW `names` AS
select `pupils`.`name` AS `name` from `pupils`;

-- migrate:down
-- drop view names
DROP VIEW `names`;
-- rename table pupils to students
RENAME TABLE `pupils` TO `students`;
-- add view names
CREATE VIEW `names` AS
select `students`.`name` AS `name` from `students`;
