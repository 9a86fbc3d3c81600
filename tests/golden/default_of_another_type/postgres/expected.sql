-- migrate:up
-- change column t.a: type boolean -> integer, default 0
-- destroys what integer cannot hold of column t.a (boolean)
ALTER TABLE "t"
  ALTER COLUMN "a" DROP DEFAULT,
  ALTER COLUMN "a" TYPE integer USING "a"::integer,
  ALTER COLUMN "a" SET DEFAULT 0;
-- change column t.b: type text -> integer, default 1
-- destroys what integer cannot hold of column t.b (text)
ALTER TABLE "t"
  ALTER COLUMN "b" DROP DEFAULT,
  ALTER COLUMN "b" TYPE integer USING "b"::integer,
  ALTER COLUMN "b" SET DEFAULT 1;
-- change column t.c: type character varying(10) -> text, default 'x'::text
ALTER TABLE "t"
  ALTER COLUMN "c" DROP DEFAULT,
  ALTER COLUMN "c" TYPE text USING "c"::text,
  ALTER COLUMN "c" SET DEFAULT 'x'::text;
-- change column t.d: type integer -> boolean, default false
-- destroys what boolean cannot hold of column t.d (integer)
ALTER TABLE "t"
  ALTER COLUMN "d" DROP DEFAULT,
  ALTER COLUMN "d" TYPE boolean USING "d"::boolean,
  ALTER COLUMN "d" SET DEFAULT false;
-- change column t.e: type text -> jsonb, default '{}'::jsonb
-- destroys what jsonb cannot hold of column t.e (text)
ALTER TABLE "t"
  ALTER COLUMN "e" DROP DEFAULT,
  ALTER COLUMN "e" TYPE jsonb USING "e"::jsonb,
  ALTER COLUMN "e" SET DEFAULT '{}'::jsonb;

-- migrate:down
-- change column t.e: type jsonb -> text, default '{}'::text
ALTER TABLE "t"
  ALTER COLUMN "e" DROP DEFAULT,
  ALTER COLUMN "e" TYPE text USING "e"::text,
  ALTER COLUMN "e" SET DEFAULT '{}'::text;
-- change column t.d: type boolean -> integer, default 0
-- destroys what integer cannot hold of column t.d (boolean)
ALTER TABLE "t"
  ALTER COLUMN "d" DROP DEFAULT,
  ALTER COLUMN "d" TYPE integer USING "d"::integer,
  ALTER COLUMN "d" SET DEFAULT 0;
-- change column t.c: type text -> character varying(10), default 'x'::character varying
-- destroys what character varying(10) cannot hold of column t.c (text)
ALTER TABLE "t"
  ALTER COLUMN "c" DROP DEFAULT,
  ALTER COLUMN "c" TYPE character varying(10) USING "c"::character varying(10),
  ALTER COLUMN "c" SET DEFAULT 'x'::character varying;
-- change column t.b: type integer -> text, default '1'::text
ALTER TABLE "t"
  ALTER COLUMN "b" DROP DEFAULT,
  ALTER COLUMN "b" TYPE text USING "b"::text,
  ALTER COLUMN "b" SET DEFAULT '1'::text;
-- change column t.a: type integer -> boolean, default false
-- destroys what boolean cannot hold of column t.a (integer)
ALTER TABLE "t"
  ALTER COLUMN "a" DROP DEFAULT,
  ALTER COLUMN "a" TYPE boolean USING "a"::boolean,
  ALTER COLUMN "a" SET DEFAULT false;
