-- migrate:up
-- drop check grown on students(`age` > 5)
ALTER TABLE `students` DROP CONSTRAINT `grown`;

-- migrate:down
-- add check grown on students(`age` > 5)
ALTER TABLE `students` ADD CONSTRAINT `grown` CHECK (`age` > 5);
