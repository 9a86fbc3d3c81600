-- migrate:up
-- change options of table students
ALTER TABLE `students`
  DEFAULT COLLATE=latin1_swedish_ci,
  MODIFY COLUMN `name` varchar(50) NOT NULL DEFAULT 'x' CHECK (`name` <> ''),
  MODIFY COLUMN `mood` enum('calm','loud');

-- migrate:down
-- change options of table students
ALTER TABLE `students`
  DEFAULT CHARACTER SET DEFAULT,
  MODIFY COLUMN `name` varchar(50) NOT NULL DEFAULT 'x' CHECK (`name` <> ''),
  MODIFY COLUMN `mood` enum('calm','loud');
