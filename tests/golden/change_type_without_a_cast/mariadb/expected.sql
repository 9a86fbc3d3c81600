-- migrate:up
-- change column students.code: type int(11) -> uuid
-- destroys what uuid cannot hold of column students.code (int(11))
ALTER TABLE `students` MODIFY COLUMN `code` varchar(100);
ALTER TABLE `students` MODIFY COLUMN `code` uuid;

-- migrate:down
-- change column students.code: type uuid -> int(11)
-- destroys what int(11) cannot hold of column students.code (uuid)
ALTER TABLE `students` MODIFY COLUMN `code` varchar(100);
ALTER TABLE `students` MODIFY COLUMN `code` int(11);
