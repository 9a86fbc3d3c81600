-- migrate:up
-- change column students.name: type character varying(200) -> character varying(100)
-- destroys what character varying(100) cannot hold of column students.name (character varying(200))
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(100);
-- change column students.visits: type bigint -> integer
-- destroys what integer cannot hold of column students.visits (bigint)
ALTER TABLE "students" ALTER COLUMN "visits" TYPE integer USING "visits"::integer;
-- change column students.price: type numeric(10,4) -> numeric(8,2)
-- destroys what numeric(8,2) cannot hold of column students.price (numeric(10,4))
ALTER TABLE "students" ALTER COLUMN "price" TYPE numeric(8,2);

-- migrate:down
-- change column students.price: type numeric(8,2) -> numeric(10,4)
ALTER TABLE "students" ALTER COLUMN "price" TYPE numeric(10,4);
-- change column students.visits: type integer -> bigint
ALTER TABLE "students" ALTER COLUMN "visits" TYPE bigint USING "visits"::bigint;
-- change column students.name: type character varying(100) -> character varying(200)
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(200);
