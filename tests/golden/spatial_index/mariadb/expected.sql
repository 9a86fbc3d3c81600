-- migrate:up
-- add index by_place on students
ALTER TABLE `students` ADD SPATIAL KEY `by_place` (`place`);

-- migrate:down
-- drop index by_place on students
ALTER TABLE `students` DROP INDEX `by_place`;
