-- migrate:up
-- change column students.code: type character varying(20) -> integer, default 0
-- destroys what integer cannot hold of column students.code (character varying(20))
ALTER TABLE "students"
  ALTER COLUMN "code" DROP DEFAULT,
  ALTER COLUMN "code" TYPE integer USING "code"::integer,
  ALTER COLUMN "code" SET DEFAULT 0;
-- change column students.born: type text -> date
-- destroys what date cannot hold of column students.born (text)
ALTER TABLE "students" ALTER COLUMN "born" TYPE date USING "born"::date;

-- migrate:down
-- change column students.born: type date -> text
ALTER TABLE "students" ALTER COLUMN "born" TYPE text USING "born"::text;
-- change column students.code: type integer -> character varying(20), default '0'::character varying
-- destroys what character varying(20) cannot hold of column students.code (integer)
ALTER TABLE "students"
  ALTER COLUMN "code" DROP DEFAULT,
  ALTER COLUMN "code" TYPE character varying(20) USING "code"::character varying(20),
  ALTER COLUMN "code" SET DEFAULT '0'::character varying;
