-- migrate:up
-- add column visitors.ticket
ALTER TABLE `visitors` ADD COLUMN `ticket` bigint(20) NOT NULL DEFAULT nextval(`tickets`);

-- migrate:down
-- drop column visitors.ticket
-- destroys column visitors.ticket
ALTER TABLE `visitors` DROP COLUMN `ticket`;
