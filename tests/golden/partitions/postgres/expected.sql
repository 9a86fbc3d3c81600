-- taken for a rename: bills_2023:bills_2025
-- migrate:up
-- rename table bills_2023 to bills_2025
ALTER TABLE "bills_2023" RENAME TO "bills_2025";
-- add column bills.paid
ALTER TABLE "bills" ADD COLUMN "paid" boolean DEFAULT false NOT NULL;
-- add index bills_by_note on bills
CREATE INDEX "bills_by_note" ON "bills" ("note");
-- change bounds of partition bills_2025
ALTER TABLE "bills" DETACH PARTITION "bills_2025";
ALTER TABLE "bills" ATTACH PARTITION "bills_2025" FOR VALUES FROM (2025) TO (2026);

-- migrate:down
-- change bounds of partition bills_2025
ALTER TABLE "bills" DETACH PARTITION "bills_2025";
ALTER TABLE "bills" ATTACH PARTITION "bills_2025" FOR VALUES FROM (2023) TO (2024);
-- drop index bills_by_note on bills
DROP INDEX "bills_by_note";
-- drop column bills.paid
-- destroys column bills.paid
ALTER TABLE "bills" DROP COLUMN "paid";
-- rename table bills_2025 to bills_2023
ALTER TABLE "bills_2025" RENAME TO "bills_2023";
