-- migrate:up
-- change column students.name: type character varying(100) -> character varying(200)
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(200);
-- change column students.phone: type character varying(50) -> text
ALTER TABLE "students" ALTER COLUMN "phone" TYPE text USING "phone"::text;
-- change column students.visits: type integer -> bigint
ALTER TABLE "students"
  ALTER COLUMN "visits" DROP DEFAULT,
  ALTER COLUMN "visits" TYPE bigint USING "visits"::bigint,
  ALTER COLUMN "visits" SET DEFAULT 0;

-- migrate:down
-- change column students.visits: type bigint -> integer
-- destroys what integer cannot hold of column students.visits (bigint)
ALTER TABLE "students"
  ALTER COLUMN "visits" DROP DEFAULT,
  ALTER COLUMN "visits" TYPE integer USING "visits"::integer,
  ALTER COLUMN "visits" SET DEFAULT 0;
-- change column students.phone: type text -> character varying(50)
-- destroys what character varying(50) cannot hold of column students.phone (text)
ALTER TABLE "students" ALTER COLUMN "phone" TYPE character varying(50) USING "phone"::character varying(50);
-- change column students.name: type character varying(200) -> character varying(100)
-- destroys what character varying(100) cannot hold of column students.name (character varying(200))
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(100);
