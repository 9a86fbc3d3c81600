-- taken for a rename: students.phone:phone_number
-- migrate:up
-- rename column students.phone to phone_number
ALTER TABLE `students` RENAME COLUMN `phone` TO `phone_number`;

-- migrate:down
-- rename column students.phone_number to phone
ALTER TABLE `students` RENAME COLUMN `phone_number` TO `phone`;
