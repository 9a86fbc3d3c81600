-- migrate:up
-- drop trigger c on students
DROP TRIGGER `c`;
-- drop trigger b on students
DROP TRIGGER `b`;
-- drop trigger a on students
DROP TRIGGER `a`;
-- add trigger aa on students
CREATE TRIGGER `aa` BEFORE UPDATE ON `students` FOR EACH ROW SET @seen = 0;
-- add trigger b on students
CREATE TRIGGER `b` BEFORE UPDATE ON `students` FOR EACH ROW SET @seen = 5;
-- add trigger c on students
CREATE TRIGGER `c` BEFORE UPDATE ON `students` FOR EACH ROW SET @seen = 3;

-- migrate:down
-- drop trigger c on students
DROP TRIGGER `c`;
-- drop trigger b on students
DROP TRIGGER `b`;
-- drop trigger aa on students
DROP TRIGGER `aa`;
-- add trigger a on students
CREATE TRIGGER `a` BEFORE UPDATE ON `students` FOR EACH ROW SET @seen = 1;
-- add trigger b on students
CREATE TRIGGER `b` BEFORE UPDATE ON `students` FOR EACH ROW SET @seen = 2;
-- add trigger c on students
CREATE TRIGGER `c` BEFORE UPDATE ON `students` FOR EACH ROW SET @seen = 3;
