-- migrate:up
-- drop trigger touch on students
DROP TRIGGER `touch`;
-- rename column students.visits to calls
ALTER TABLE `students` RENAME COLUMN `visits` TO `calls`;
-- add trigger touch on students
CREATE TRIGGER `touch` BEFORE UPDATE ON `students` FOR EACH ROW BEGIN SET NEW.calls = NEW.calls + 1; SET @done = 'a;b'; END;

-- migrate:down
-- drop trigger touch on students
DROP TRIGGER `touch`;
-- rename column students.calls to visits
ALTER TABLE `students` RENAME COLUMN `calls` TO `visits`;
-- add trigger touch on students
CREATE TRIGGER `touch` BEFORE UPDATE ON `students` FOR EACH ROW BEGIN SET NEW.visits = NEW.visits + 1; SET @done = 'a;b'; END;
