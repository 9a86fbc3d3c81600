-- migrate:up
-- change check age on students(`age` > 6)
ALTER TABLE `students` MODIFY COLUMN `age` int(11) CHECK (`age` > 6);

-- migrate:down
-- change check age on students(`age` > 5)
ALTER TABLE `students` MODIFY COLUMN `age` int(11) CHECK (`age` > 5);
