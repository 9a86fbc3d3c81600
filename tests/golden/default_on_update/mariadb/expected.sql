-- migrate:up
-- change column students.updated_at: not null, default current_timestamp(6), on update
UPDATE `students` SET `updated_at` = current_timestamp(6) WHERE `updated_at` IS NULL;
ALTER TABLE `students` MODIFY COLUMN `updated_at` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6);

-- migrate:down
-- change column students.updated_at: nullable, no default, on update
ALTER TABLE `students` MODIFY COLUMN `updated_at` datetime(6) NULL;
