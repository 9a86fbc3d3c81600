-- migrate:up
-- drop foreign key parts_parent on parts(parent) -> parts
ALTER TABLE `parts` DROP FOREIGN KEY `parts_parent`;
-- change index by_amount on parts
-- drop index parts_parent on parts
ALTER TABLE `parts`
  DROP INDEX `by_amount`,
  ADD KEY `by_amount` (`parent`),
  DROP INDEX `parts_parent`;

-- migrate:down
-- add index parts_parent on parts
ALTER TABLE `parts` ADD KEY `parts_parent` (`parent`);
-- change index by_amount on parts
ALTER TABLE `parts`
  DROP INDEX `by_amount`,
  ADD KEY `by_amount` (`amount`);
-- add foreign key parts_parent on parts(parent) -> parts
ALTER TABLE `parts` ADD CONSTRAINT `parts_parent` FOREIGN KEY (`parent`) REFERENCES `parts` (`id`);
