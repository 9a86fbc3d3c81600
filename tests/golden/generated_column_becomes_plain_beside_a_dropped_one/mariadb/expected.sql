-- parts.place needs a value in the rows that are there
-- migrate:up
-- drop primary key parts(number)
-- add column parts.place
-- change column parts.number: type int(11) -> bigint(20), numbering
-- change column parts.next: nullable, generated expression
-- destroys the values of column parts.next
-- add primary key parts(number, place)
ALTER TABLE `parts`
  DROP PRIMARY KEY,
  ADD COLUMN `place` int(11) NOT NULL AFTER `number`,
  MODIFY COLUMN `number` bigint(20) NOT NULL,
  DROP COLUMN `next`,
  ADD COLUMN `next` int(11) GENERATED ALWAYS AS (`place` + 1) VIRTUAL AFTER `place`,
  ADD PRIMARY KEY (`number`, `place`);

-- migrate:down
-- drop primary key parts(number, place)
-- change column parts.next: not null, generated expression
-- change column parts.number: type bigint(20) -> int(11), numbering
-- destroys what int(11) cannot hold of column parts.number (bigint(20))
-- drop column parts.place
-- destroys column parts.place
-- add primary key parts(number)
ALTER TABLE `parts`
  DROP PRIMARY KEY,
  DROP COLUMN `next`,
  ADD COLUMN `next` int(11) NOT NULL AFTER `number`,
  MODIFY COLUMN `number` int(11) NOT NULL AUTO_INCREMENT,
  DROP COLUMN `place`,
  ADD PRIMARY KEY (`number`);
