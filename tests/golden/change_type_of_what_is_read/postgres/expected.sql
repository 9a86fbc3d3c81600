-- migrate:up
-- drop column students.total
ALTER TABLE "students" DROP COLUMN "total";
-- change column students.price: type integer -> bigint
ALTER TABLE "students" ALTER COLUMN "price" TYPE bigint USING "price"::bigint;
-- add column students.total
ALTER TABLE "students" ADD COLUMN "total" bigint GENERATED ALWAYS AS ((price * 2)) STORED;

-- migrate:down
-- drop column students.total
ALTER TABLE "students" DROP COLUMN "total";
-- change column students.price: type bigint -> integer
-- destroys what integer cannot hold of column students.price (bigint)
ALTER TABLE "students" ALTER COLUMN "price" TYPE integer USING "price"::integer;
-- add column students.total
ALTER TABLE "students" ADD COLUMN "total" bigint GENERATED ALWAYS AS ((price * 2)) STORED;
