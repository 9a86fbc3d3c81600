-- migrate:up
-- change column students.total: generated expression
ALTER TABLE "students" DROP COLUMN "total";
ALTER TABLE "students" ADD COLUMN "total" integer GENERATED ALWAYS AS ((price * 3)) STORED;
CREATE INDEX "by_total" ON "students" ("total");

-- migrate:down
-- change column students.total: generated expression
ALTER TABLE "students" DROP COLUMN "total";
ALTER TABLE "students" ADD COLUMN "total" integer GENERATED ALWAYS AS ((price * 2)) STORED;
CREATE INDEX "by_total" ON "students" ("total");
