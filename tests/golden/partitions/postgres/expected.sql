-- migrate:up
-- add column bills.paid
ALTER TABLE "bills" ADD COLUMN "paid" boolean DEFAULT false NOT NULL;
-- add index bills_by_note on bills
CREATE INDEX "bills_by_note" ON "bills" ("note");
-- add table bills_2025
CREATE TABLE "bills_2025" PARTITION OF "bills" FOR VALUES FROM (2025) TO (2026);
-- drop table bills_2023
-- destroys table bills_2023
DROP TABLE "bills_2023";

-- migrate:down
-- add table bills_2023
CREATE TABLE "bills_2023" PARTITION OF "bills" FOR VALUES FROM (2023) TO (2024);
-- drop table bills_2025
-- destroys table bills_2025
DROP TABLE "bills_2025";
-- drop index bills_by_note on bills
DROP INDEX "bills_by_note";
-- drop column bills.paid
-- destroys column bills.paid
ALTER TABLE "bills" DROP COLUMN "paid";
