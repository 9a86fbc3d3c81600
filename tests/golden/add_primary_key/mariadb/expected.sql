-- migrate:up
-- add primary key students(id)
ALTER TABLE `students` ADD PRIMARY KEY (`id`);

-- migrate:down
-- drop primary key students(id)
ALTER TABLE `students` DROP PRIMARY KEY;
