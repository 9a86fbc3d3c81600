-- migrate:up
-- rename column students.age to years
ALTER TABLE `students` RENAME COLUMN `age` TO `years`;

-- migrate:down
-- rename column students.years to age
ALTER TABLE `students` RENAME COLUMN `years` TO `age`;
