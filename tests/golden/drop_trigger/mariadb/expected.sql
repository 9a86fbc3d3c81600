-- migrate:up
-- drop trigger touch on students
DROP TRIGGER `touch`;

-- migrate:down
-- add trigger touch on students
CREATE TRIGGER `touch` BEFORE UPDATE ON `students` FOR EACH ROW BEGIN SET NEW.visits = NEW.visits + 1; SET @done = 'a;b'; END;
