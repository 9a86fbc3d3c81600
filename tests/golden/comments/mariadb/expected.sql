-- migrate:up
-- change column students.name: comment
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL COMMENT '姓名';
-- change column students.phone: comment
ALTER TABLE `students` MODIFY COLUMN `phone` varchar(50) COMMENT 'a\\b';
-- change comment of table students
ALTER TABLE `students` COMMENT='it''s "them", all';

-- migrate:down
-- change comment of table students
ALTER TABLE `students` COMMENT='';
-- change column students.phone: comment
ALTER TABLE `students` MODIFY COLUMN `phone` varchar(50) COMMENT 'old';
-- change column students.name: comment
ALTER TABLE `students` MODIFY COLUMN `name` varchar(100) NOT NULL;
