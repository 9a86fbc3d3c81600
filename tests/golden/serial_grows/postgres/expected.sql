-- migrate:up
-- change column a.id: type integer -> bigint
ALTER TABLE "a" ALTER COLUMN "id" TYPE bigint USING "id"::bigint;
ALTER SEQUENCE "a_id_seq" AS bigint;
-- change column b.id: type smallint -> integer
ALTER TABLE "b" ALTER COLUMN "id" TYPE integer USING "id"::integer;
ALTER SEQUENCE "b_id_seq" AS integer;
-- change column c.id: type bigint -> integer
-- destroys what integer cannot hold of column c.id (bigint)
ALTER TABLE "c" ALTER COLUMN "id" TYPE integer USING "id"::integer;
ALTER SEQUENCE "c_id_seq" AS integer;

-- migrate:down
-- change column c.id: type integer -> bigint
ALTER TABLE "c" ALTER COLUMN "id" TYPE bigint USING "id"::bigint;
ALTER SEQUENCE "c_id_seq" AS bigint;
-- change column b.id: type integer -> smallint
-- destroys what smallint cannot hold of column b.id (integer)
ALTER TABLE "b" ALTER COLUMN "id" TYPE smallint USING "id"::smallint;
ALTER SEQUENCE "b_id_seq" AS smallint;
-- change column a.id: type bigint -> integer
-- destroys what integer cannot hold of column a.id (bigint)
ALTER TABLE "a" ALTER COLUMN "id" TYPE integer USING "id"::integer;
ALTER SEQUENCE "a_id_seq" AS integer;
