-- migrate:up
-- rename index one_phone on students to phone_once
ALTER TABLE `students` RENAME INDEX `one_phone` TO `phone_once`;

-- migrate:down
-- rename index phone_once on students to one_phone
ALTER TABLE `students` RENAME INDEX `phone_once` TO `one_phone`;
