-- migrate:up
-- drop primary key students(id)
ALTER TABLE `students` DROP PRIMARY KEY;

-- migrate:down
-- add primary key students(id)
ALTER TABLE `students` ADD PRIMARY KEY (`id`);
