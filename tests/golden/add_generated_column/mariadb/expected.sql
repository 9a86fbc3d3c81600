-- migrate:up
-- add column students.total
ALTER TABLE `students` ADD COLUMN `total` int(11) GENERATED ALWAYS AS (`price` * `many`) STORED;

-- migrate:down
-- drop column students.total
ALTER TABLE `students` DROP COLUMN `total`;
