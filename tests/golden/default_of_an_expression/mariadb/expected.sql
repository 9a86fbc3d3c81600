-- migrate:up
-- change column students.created_at: default current_timestamp(6)
ALTER TABLE `students` MODIFY COLUMN `created_at` datetime(6) NULL DEFAULT current_timestamp(6);

-- migrate:down
-- change column students.created_at: no default
ALTER TABLE `students` MODIFY COLUMN `created_at` datetime(6) NULL;
