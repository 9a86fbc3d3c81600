-- migrate:up
-- change column students.total: type integer -> bigint, generated expression
ALTER TABLE "students" ALTER COLUMN "total" DROP EXPRESSION;
ALTER TABLE "students" ALTER COLUMN "total" TYPE bigint USING "total"::bigint;

-- migrate:down
-- change column students.total: type bigint -> integer, generated expression
-- destroys the values of column students.total
ALTER TABLE "students" DROP COLUMN "total";
ALTER TABLE "students" ADD COLUMN "total" integer GENERATED ALWAYS AS ((price * 2)) STORED;
