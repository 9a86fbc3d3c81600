-- students.number needs a value in the rows that are there
-- migrate:up
-- change column students.number: not null
ALTER TABLE `students` MODIFY COLUMN `number` int(11) NOT NULL;
-- change primary key students(class, number)
ALTER TABLE `students`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`class`, `number`);

-- migrate:down
-- change primary key students(class)
ALTER TABLE `students`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`class`);
-- change column students.number: nullable
ALTER TABLE `students` MODIFY COLUMN `number` int(11);
