-- migrate:up
-- change index one_phone on students
ALTER TABLE `students`
  DROP INDEX `one_phone`,
  ADD UNIQUE KEY `one_phone` (`phone`, `name`);

-- migrate:down
-- change index one_phone on students
ALTER TABLE `students`
  DROP INDEX `one_phone`,
  ADD UNIQUE KEY `one_phone` (`phone`);
