-- migrate:up
-- drop view a view; of
DROP VIEW `a view; of`;
-- drop foreign key f;k on group(to) -> Select "it's"; `drop`
ALTER TABLE `group` DROP FOREIGN KEY `f;k`;
-- rename column group.to to to "them"
ALTER TABLE `group` RENAME COLUMN `to` TO `to "them"`;
-- rename index i;a on Select "it's"; `drop` to i;b"c
ALTER TABLE `Select "it's"; ``drop``` RENAME INDEX `i;a` TO `i;b"c`;
-- change column Select "it's"; `drop`.UPPER lower: not null, default 5
UPDATE `Select "it's"; ``drop``` SET `UPPER lower` = 5 WHERE `UPPER lower` IS NULL;
ALTER TABLE `Select "it's"; ``drop``` MODIFY COLUMN `UPPER lower` int(11) NOT NULL DEFAULT 5;
-- change check per%cent 'q' on Select "it's"; `drop`(`UPPER lower` > 2)
ALTER TABLE `Select "it's"; ``drop```
  DROP CONSTRAINT `per%cent 'q'`,
  ADD CONSTRAINT `per%cent 'q'` CHECK (`UPPER lower` > 2);
-- add foreign key f;k on group(to "them") -> Select "it's"; `drop`
ALTER TABLE `group` ADD CONSTRAINT `f;k` FOREIGN KEY (`to "them"`) REFERENCES `Select "it's"; ``drop``` (`order`) ON DELETE CASCADE;
-- add view a view; of
CREATE VIEW `a view; of` AS
select `Select "it's"; ``drop```.`学生 "x"; --` AS `学生 "x"; --`,`Select "it's"; ``drop```.`UPPER lower` AS `UPPER lower` from `Select "it's"; ``drop``` where `Select "it's"; ``drop```.`UPPER lower` > 2
;

-- migrate:down
-- drop view a view; of
DROP VIEW `a view; of`;
-- drop foreign key f;k on group(to "them") -> Select "it's"; `drop`
ALTER TABLE `group` DROP FOREIGN KEY `f;k`;
-- change check per%cent 'q' on Select "it's"; `drop`(`UPPER lower` > 1)
ALTER TABLE `Select "it's"; ``drop```
  DROP CONSTRAINT `per%cent 'q'`,
  ADD CONSTRAINT `per%cent 'q'` CHECK (`UPPER lower` > 1);
-- change column Select "it's"; `drop`.UPPER lower: nullable, no default
ALTER TABLE `Select "it's"; ``drop``` MODIFY COLUMN `UPPER lower` int(11);
-- rename index i;b"c on Select "it's"; `drop` to i;a
ALTER TABLE `Select "it's"; ``drop``` RENAME INDEX `i;b"c` TO `i;a`;
-- rename column group.to "them" to to
ALTER TABLE `group` RENAME COLUMN `to "them"` TO `to`;
-- add foreign key f;k on group(to) -> Select "it's"; `drop`
ALTER TABLE `group` ADD CONSTRAINT `f;k` FOREIGN KEY (`to`) REFERENCES `Select "it's"; ``drop``` (`order`);
-- add view a view; of
CREATE VIEW `a view; of` AS
select `Select "it's"; ``drop```.`学生 "x"; --` AS `学生 "x"; --`,`Select "it's"; ``drop```.`UPPER lower` AS `UPPER lower` from `Select "it's"; ``drop``` where `Select "it's"; ``drop```.`UPPER lower` > 1
;
