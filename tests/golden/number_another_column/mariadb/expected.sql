-- migrate:up
-- change column students.id: numbering
-- change column students.code: numbering
-- add index by_code on students
ALTER TABLE `students`
  MODIFY COLUMN `id` int(11) NOT NULL,
  MODIFY COLUMN `code` int(11) NOT NULL AUTO_INCREMENT,
  ADD KEY `by_code` (`code`);

-- migrate:down
-- drop index by_code on students
-- change column students.code: numbering
-- change column students.id: numbering
ALTER TABLE `students`
  DROP INDEX `by_code`,
  MODIFY COLUMN `code` int(11) NOT NULL,
  MODIFY COLUMN `id` int(11) NOT NULL AUTO_INCREMENT;
