-- migrate:up
-- change column students.id: numbering
ALTER TABLE `students` MODIFY COLUMN `id` int(11) NOT NULL AUTO_INCREMENT;

-- migrate:down
-- change column students.id: numbering
ALTER TABLE `students` MODIFY COLUMN `id` int(11) NOT NULL;
