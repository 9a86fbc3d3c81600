-- students.more needs a value in the rows that are there
-- migrate:up
-- rename column students.extra to more
ALTER TABLE `students` RENAME COLUMN `extra` TO `more`;
-- change column students.more: not null
ALTER TABLE `students` MODIFY COLUMN `more` longtext COLLATE utf8mb4_bin NOT NULL CHECK (json_valid(`more`));

-- migrate:down
-- change column students.more: nullable
ALTER TABLE `students` MODIFY COLUMN `more` longtext COLLATE utf8mb4_bin CHECK (json_valid(`more`));
-- rename column students.more to extra
ALTER TABLE `students` RENAME COLUMN `more` TO `extra`;
