-- migrate:up
-- add check grown on students(`age` > 5 and `age` < 150)
ALTER TABLE `students` ADD CONSTRAINT `grown` CHECK (`age` > 5 and `age` < 150);

-- migrate:down
-- drop check grown on students(`age` > 5 and `age` < 150)
ALTER TABLE `students` DROP CONSTRAINT `grown`;
