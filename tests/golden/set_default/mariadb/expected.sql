-- migrate:up
-- change column students.name: default 'it''s nobody'
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL DEFAULT 'it''s nobody';

-- migrate:down
-- change column students.name: no default
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL;
