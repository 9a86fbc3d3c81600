-- not compared: period column since of table versioned
-- not compared: period column till of table versioned
-- migrate:up
-- change column keyed.note: type varchar(20) -> varchar(50)
ALTER TABLE `keyed` MODIFY COLUMN `note` varchar(50);
-- change column listed.note: type varchar(20) -> varchar(50)
ALTER TABLE `listed` MODIFY COLUMN `note` varchar(50);
-- change column paired.note: type varchar(20) -> varchar(50)
ALTER TABLE `paired` MODIFY COLUMN `note` varchar(50);
-- change column sales.note: type varchar(20) -> varchar(50)
ALTER TABLE `sales` MODIFY COLUMN `note` varchar(50);
-- change column spread.note: type varchar(20) -> varchar(50)
ALTER TABLE `spread` MODIFY COLUMN `note` varchar(50);
-- change column versioned.note: type varchar(20) -> varchar(50)
SET STATEMENT system_versioning_alter_history = KEEP FOR ALTER TABLE `versioned` MODIFY COLUMN `note` varchar(50);

-- migrate:down
-- change column versioned.note: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column versioned.note (varchar(50))
SET STATEMENT system_versioning_alter_history = KEEP FOR ALTER TABLE `versioned` MODIFY COLUMN `note` varchar(20);
-- change column spread.note: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column spread.note (varchar(50))
ALTER TABLE `spread` MODIFY COLUMN `note` varchar(20);
-- change column sales.note: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column sales.note (varchar(50))
ALTER TABLE `sales` MODIFY COLUMN `note` varchar(20);
-- change column paired.note: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column paired.note (varchar(50))
ALTER TABLE `paired` MODIFY COLUMN `note` varchar(20);
-- change column listed.note: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column listed.note (varchar(50))
ALTER TABLE `listed` MODIFY COLUMN `note` varchar(20);
-- change column keyed.note: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column keyed.note (varchar(50))
ALTER TABLE `keyed` MODIFY COLUMN `note` varchar(20);
