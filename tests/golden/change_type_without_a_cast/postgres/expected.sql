-- migrate:up
-- change column students.seen: type integer -> timestamp with time zone
-- destroys what timestamp with time zone cannot hold of column students.seen (integer)
ALTER TABLE "students" ALTER COLUMN "seen" TYPE timestamp with time zone USING "seen"::text::timestamp with time zone;
-- change column students.done: type boolean -> bigint, default 0
-- destroys what bigint cannot hold of column students.done (boolean)
ALTER TABLE "students"
  ALTER COLUMN "done" DROP DEFAULT,
  ALTER COLUMN "done" TYPE bigint USING "done"::integer::bigint,
  ALTER COLUMN "done" SET DEFAULT 0;

-- migrate:down
-- change column students.done: type bigint -> boolean, default false
-- destroys what boolean cannot hold of column students.done (bigint)
ALTER TABLE "students"
  ALTER COLUMN "done" DROP DEFAULT,
  ALTER COLUMN "done" TYPE boolean USING "done"::integer::boolean,
  ALTER COLUMN "done" SET DEFAULT false;
-- change column students.seen: type timestamp with time zone -> integer
-- destroys what integer cannot hold of column students.seen (timestamp with time zone)
ALTER TABLE "students" ALTER COLUMN "seen" TYPE integer USING "seen"::text::integer;
