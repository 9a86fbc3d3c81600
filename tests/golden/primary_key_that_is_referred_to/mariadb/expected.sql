-- migrate:up
-- drop foreign key note_of on notes(student) -> students
ALTER TABLE `notes` DROP FOREIGN KEY `note_of`;
-- change primary key students(code)
ALTER TABLE `students`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`code`);
-- add index id_once on students
ALTER TABLE `students` ADD UNIQUE KEY `id_once` (`id`);
-- drop index code_once on students
ALTER TABLE `students` DROP INDEX `code_once`;
-- add foreign key note_of on notes(student) -> students
ALTER TABLE `notes` ADD CONSTRAINT `note_of` FOREIGN KEY (`student`) REFERENCES `students` (`id`);

-- migrate:down
-- drop foreign key note_of on notes(student) -> students
ALTER TABLE `notes` DROP FOREIGN KEY `note_of`;
-- add index code_once on students
ALTER TABLE `students` ADD UNIQUE KEY `code_once` (`code`);
-- drop index id_once on students
ALTER TABLE `students` DROP INDEX `id_once`;
-- change primary key students(id)
ALTER TABLE `students`
  DROP PRIMARY KEY,
  ADD PRIMARY KEY (`id`);
-- add foreign key note_of on notes(student) -> students
ALTER TABLE `notes` ADD CONSTRAINT `note_of` FOREIGN KEY (`student`) REFERENCES `students` (`id`);
