-- migrate:up
-- rename table a to b
RENAME TABLE `a` TO `b`;
-- drop primary key b(number)
-- rename index of_a on b to of_b
-- drop column b.number
-- destroys column b.number
ALTER TABLE `b`
  DROP PRIMARY KEY,
  RENAME INDEX `of_a` TO `of_b`,
  DROP COLUMN `number`;

-- migrate:down
-- add column b.number
-- rename index of_b on b to of_a
-- add primary key b(number)
ALTER TABLE `b`
  ADD COLUMN `number` int(11) NOT NULL AUTO_INCREMENT FIRST,
  RENAME INDEX `of_b` TO `of_a`,
  ADD PRIMARY KEY (`number`);
-- rename table b to a
RENAME TABLE `b` TO `a`;
