-- migrate:up
-- change index by_body on students
ALTER TABLE `students`
  DROP INDEX `by_body`,
  ADD KEY `by_body` (`body`(20));

-- migrate:down
-- change index by_body on students
ALTER TABLE `students`
  DROP INDEX `by_body`,
  ADD KEY `by_body` (`body`(10));
