-- t.id needs a value in the rows that are there
-- migrate:up
-- rename column t.note to number
ALTER TABLE `t` RENAME COLUMN `note` TO `number`;
-- drop check CONSTRAINT_1 on t(`number` > 0)
ALTER TABLE `t` DROP CONSTRAINT `CONSTRAINT_1`;
-- add column t.id
ALTER TABLE `t` ADD COLUMN `id` int(11) NOT NULL;
-- change column t.number: numbering
-- add primary key t(number)
ALTER TABLE `t`
  MODIFY COLUMN `number` int(11) NOT NULL AUTO_INCREMENT,
  ADD PRIMARY KEY (`number`);
-- add check CONSTRAINT_1 on t(`id` > 0)
ALTER TABLE `t` ADD CONSTRAINT `CONSTRAINT_1` CHECK (`id` > 0);

-- migrate:down
-- drop check CONSTRAINT_1 on t(`id` > 0)
ALTER TABLE `t` DROP CONSTRAINT `CONSTRAINT_1`;
-- drop primary key t(number)
-- change column t.number: numbering
ALTER TABLE `t`
  DROP PRIMARY KEY,
  MODIFY COLUMN `number` int(11) NOT NULL;
-- drop column t.id
-- destroys column t.id
ALTER TABLE `t` DROP COLUMN `id`;
-- add check CONSTRAINT_1 on t(`number` > 0)
ALTER TABLE `t` ADD CONSTRAINT `CONSTRAINT_1` CHECK (`number` > 0);
-- rename column t.number to note
ALTER TABLE `t` RENAME COLUMN `number` TO `note`;
