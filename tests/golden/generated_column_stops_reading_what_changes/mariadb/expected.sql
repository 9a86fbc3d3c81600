-- migrate:up
-- drop column t.beside
ALTER TABLE `t` DROP COLUMN `beside`;
-- change column t.above: generated expression
ALTER TABLE `t` MODIFY COLUMN `above` int(11);
-- change column t.below: generated expression
ALTER TABLE `t`
  DROP COLUMN `below`,
  ADD COLUMN `below` int(11) AFTER `depth`;
-- change column t.depth: type int(11) -> uuid
-- destroys what uuid cannot hold of column t.depth (int(11))
ALTER TABLE `t` MODIFY COLUMN `depth` varchar(100) NOT NULL;
ALTER TABLE `t` MODIFY COLUMN `depth` uuid NOT NULL;
-- add column t.word
ALTER TABLE `t` ADD COLUMN `word` varchar(40) GENERATED ALWAYS AS (concat(`depth`,'')) VIRTUAL;

-- migrate:down
-- drop column t.word
ALTER TABLE `t` DROP COLUMN `word`;
-- change column t.depth: type uuid -> int(11)
-- destroys what int(11) cannot hold of column t.depth (uuid)
ALTER TABLE `t` MODIFY COLUMN `depth` varchar(100) NOT NULL;
ALTER TABLE `t` MODIFY COLUMN `depth` int(11) NOT NULL;
-- change column t.below: generated expression
-- destroys the values of column t.below
ALTER TABLE `t`
  DROP COLUMN `below`,
  ADD COLUMN `below` int(11) GENERATED ALWAYS AS (`depth` + 1) VIRTUAL AFTER `depth`;
-- change column t.above: generated expression
-- destroys the values of column t.above
ALTER TABLE `t` MODIFY COLUMN `above` int(11) GENERATED ALWAYS AS (`depth` - 1) STORED;
-- add column t.beside
ALTER TABLE `t` ADD COLUMN `beside` int(11) GENERATED ALWAYS AS (`depth` + 2) VIRTUAL;
