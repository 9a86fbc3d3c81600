-- notes.body needs a value in the rows that are there
-- migrate:up
-- drop primary key notes(number)
-- add column notes.body
-- add check body on notes(json_valid(`body`))
-- drop column notes.number
-- destroys column notes.number
ALTER TABLE `notes`
  DROP PRIMARY KEY,
  ADD COLUMN `body` longtext COLLATE utf8mb4_bin NOT NULL CHECK (json_valid(`body`)) FIRST,
  DROP COLUMN `number`;

-- migrate:down
-- add column notes.number
-- drop check body on notes(json_valid(`body`))
-- drop column notes.body
-- destroys column notes.body
-- add primary key notes(number)
ALTER TABLE `notes`
  ADD COLUMN `number` int(11) NOT NULL AUTO_INCREMENT,
  DROP COLUMN `body`,
  ADD PRIMARY KEY (`number`);
