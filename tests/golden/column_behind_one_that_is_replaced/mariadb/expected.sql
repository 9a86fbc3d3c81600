-- parts.amount needs a value in the rows that are there
-- parts.next needs a value in the rows that are there
-- migrate:up
-- drop primary key parts(number)
-- add column parts.amount
-- change column parts.next: not null, generated expression
-- drop column parts.number
-- destroys column parts.number
ALTER TABLE `parts`
  DROP PRIMARY KEY,
  ADD COLUMN `amount` int(11) NOT NULL,
  DROP COLUMN `next`,
  ADD COLUMN `next` int(11) NOT NULL FIRST,
  DROP COLUMN `number`;

-- migrate:down
-- add column parts.number
-- change column parts.next: nullable, generated expression
-- destroys the values of column parts.next
-- drop column parts.amount
-- destroys column parts.amount
-- add primary key parts(number)
ALTER TABLE `parts`
  ADD COLUMN `number` bigint(20) NOT NULL AUTO_INCREMENT FIRST,
  DROP COLUMN `next`,
  ADD COLUMN `next` int(11) GENERATED ALWAYS AS (`number` + 1) VIRTUAL AFTER `number`,
  DROP COLUMN `amount`,
  ADD PRIMARY KEY (`number`);
