-- migrate:up
-- add column parts.number
-- change column parts.code: type uuid -> int(11)
-- destroys what int(11) cannot hold of column parts.code (uuid)
-- add primary key parts(number)
ALTER TABLE `parts` MODIFY COLUMN `code` varchar(100) NOT NULL;
ALTER TABLE `parts`
  ADD COLUMN `number` int(11) NOT NULL AUTO_INCREMENT FIRST,
  MODIFY COLUMN `code` int(11) NOT NULL,
  ADD PRIMARY KEY (`number`);

-- migrate:down
-- drop primary key parts(number)
-- change column parts.code: type int(11) -> uuid
-- destroys what uuid cannot hold of column parts.code (int(11))
-- drop column parts.number
-- destroys column parts.number
ALTER TABLE `parts` MODIFY COLUMN `code` varchar(100) NOT NULL;
ALTER TABLE `parts`
  DROP PRIMARY KEY,
  MODIFY COLUMN `code` uuid NOT NULL,
  DROP COLUMN `number`;
