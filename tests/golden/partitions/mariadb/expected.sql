-- migrate:up
-- add column bills.paid
ALTER TABLE `bills` ADD COLUMN `paid` tinyint(1) NOT NULL DEFAULT 0;
-- add index bills_by_note on bills
ALTER TABLE `bills` ADD KEY `bills_by_note` (`note`);

-- migrate:down
-- drop index bills_by_note on bills
ALTER TABLE `bills` DROP INDEX `bills_by_note`;
-- drop column bills.paid
-- destroys column bills.paid
ALTER TABLE `bills` DROP COLUMN `paid`;
