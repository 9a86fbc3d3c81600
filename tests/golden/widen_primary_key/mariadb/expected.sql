-- students.number needs a value in the rows that are there
-- migrate:up
-- drop primary key students(class)
ALTER TABLE `students` DROP PRIMARY KEY;
-- change column students.number: not null
ALTER TABLE `students` MODIFY COLUMN `number` int(11) NOT NULL;
-- add primary key students(class, number)
ALTER TABLE `students` ADD PRIMARY KEY (`class`, `number`);

-- migrate:down
-- drop primary key students(class, number)
ALTER TABLE `students` DROP PRIMARY KEY;
-- change column students.number: nullable
ALTER TABLE `students` MODIFY COLUMN `number` int(11);
-- add primary key students(class)
ALTER TABLE `students` ADD PRIMARY KEY (`class`);
