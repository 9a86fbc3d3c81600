-- students.years needs a value in the rows that are there
-- migrate:up
-- rename column students.age to years
ALTER TABLE `students` RENAME COLUMN `age` TO `years`;
-- drop check grown on students(`years` > 5)
ALTER TABLE `students` DROP CONSTRAINT `grown`;
-- change column students.years: type int(11) -> bigint(20), not null, default 6
ALTER TABLE `students` MODIFY COLUMN `years` bigint(20) NOT NULL DEFAULT 6;
-- add check grown on students(`years` > 4)
ALTER TABLE `students` ADD CONSTRAINT `grown` CHECK (`years` > 4);

-- migrate:down
-- drop check grown on students(`years` > 4)
ALTER TABLE `students` DROP CONSTRAINT `grown`;
-- change column students.years: type bigint(20) -> int(11), nullable, no default
-- destroys what int(11) cannot hold of column students.years (bigint(20))
ALTER TABLE `students` MODIFY COLUMN `years` int(11);
-- add check grown on students(`years` > 5)
ALTER TABLE `students` ADD CONSTRAINT `grown` CHECK (`years` > 5);
-- rename column students.years to age
ALTER TABLE `students` RENAME COLUMN `years` TO `age`;
