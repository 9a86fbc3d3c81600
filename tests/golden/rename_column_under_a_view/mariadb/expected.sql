-- migrate:up
-- drop view phones
DROP VIEW `phones`;
-- rename column students.phone to mobile
ALTER TABLE `students` RENAME COLUMN `phone` TO `mobile`;
-- add view phones
CREATE VIEW `phones` AS
select `students`.`id` AS `id`,`students`.`mobile` AS `mobile` from `students` where `students`.`mobile` <> 'mobile';

-- migrate:down
-- drop view phones
DROP VIEW `phones`;
-- rename column students.mobile to phone
ALTER TABLE `students` RENAME COLUMN `mobile` TO `phone`;
-- add view phones
CREATE VIEW `phones` AS
select `students`.`id` AS `id`,`students`.`phone` AS `phone` from `students` where `students`.`phone` <> 'phone';
