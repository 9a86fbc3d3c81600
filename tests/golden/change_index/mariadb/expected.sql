-- migrate:up
-- change index students_by_name on students
ALTER TABLE `students`
  DROP INDEX `students_by_name`,
  ADD KEY `students_by_name` (`name` DESC, `id`);

-- migrate:down
-- change index students_by_name on students
ALTER TABLE `students`
  DROP INDEX `students_by_name`,
  ADD KEY `students_by_name` (`name`);
