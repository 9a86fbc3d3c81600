-- migrate:up
-- rename column students.age to order
ALTER TABLE "students" RENAME COLUMN "age" TO "order";
-- drop column students.total
ALTER TABLE "students" DROP COLUMN "total";

-- migrate:down
-- add column students.total
ALTER TABLE "students" ADD COLUMN "total" integer GENERATED ALWAYS AS (("order" * 2)) STORED;
-- rename column students.order to age
ALTER TABLE "students" RENAME COLUMN "order" TO "age";
