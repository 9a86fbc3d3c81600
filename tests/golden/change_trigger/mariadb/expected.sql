-- migrate:up
-- change trigger touch on students
DROP TRIGGER `touch`;
CREATE TRIGGER `touch` BEFORE UPDATE ON `students` FOR EACH ROW BEGIN SET NEW.visits = NEW.visits + 2; SET @done = 'a;b'; END;

-- migrate:down
-- change trigger touch on students
DROP TRIGGER `touch`;
CREATE TRIGGER `touch` BEFORE UPDATE ON `students` FOR EACH ROW BEGIN SET NEW.visits = NEW.visits + 1; SET @done = 'a;b'; END;
