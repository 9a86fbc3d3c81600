-- migrate:up
-- drop primary key notes(number)
-- change column notes.body: type int(11) -> longtext, collation
-- add check body on notes(json_valid(`body`))
-- drop column notes.number
-- destroys column notes.number
ALTER TABLE `notes`
  DROP PRIMARY KEY,
  MODIFY COLUMN `body` longtext COLLATE utf8mb4_bin NOT NULL CHECK (json_valid(`body`)),
  DROP COLUMN `number`;

-- migrate:down
-- add column notes.number
-- drop check body on notes(json_valid(`body`))
-- change column notes.body: type longtext -> int(11), collation
-- destroys what int(11) cannot hold of column notes.body (longtext)
-- add primary key notes(number)
ALTER TABLE `notes`
  ADD COLUMN `number` int(11) NOT NULL AUTO_INCREMENT FIRST,
  MODIFY COLUMN `body` int(11) NOT NULL,
  ADD PRIMARY KEY (`number`);
