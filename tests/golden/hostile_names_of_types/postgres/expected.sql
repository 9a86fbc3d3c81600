-- My "App".T.id needs a value in the rows that are there
-- migrate:up
-- change column My "App".T.kind: no default
ALTER TABLE "My ""App"""."T" ALTER COLUMN "kind" DROP DEFAULT;
-- change enum My "App".a;b
DO $piton$
BEGIN
  IF EXISTS (SELECT FROM "My ""App"""."T" WHERE "kind" IN ('it''s')) THEN
    RAISE EXCEPTION 'rows of My "App".T.kind hold a value that "My ""App"""."a;b" loses: ''it''''s''';
  END IF;
END
$piton$;
ALTER TYPE "My ""App"""."a;b" RENAME TO "a;b__old";
CREATE TYPE "My ""App"""."a;b" AS ENUM ('x;y', '--')
;
ALTER TABLE "My ""App"""."T" ALTER COLUMN "kind" TYPE "My ""App"""."a;b" USING "kind"::text::"My ""App"""."a;b";
DROP TYPE "My ""App"""."a;b__old";
-- change sequence My "App".S;
ALTER SEQUENCE "My ""App"""."S;" AS bigint INCREMENT BY 3 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 NO CYCLE;
-- change column My "App".T.id: not null, numbering
CREATE SEQUENCE "My ""App"""."T_id_seq" AS integer;
ALTER TABLE "My ""App"""."T"
  ALTER COLUMN "id" SET NOT NULL,
  ALTER COLUMN "id" SET DEFAULT nextval('"My ""App"""."T_id_seq"'::regclass);
ALTER SEQUENCE "My ""App"""."T_id_seq" OWNED BY "My ""App"""."T"."id";
SELECT setval('"My ""App"""."T_id_seq"', coalesce(max("id"), 0) + 1, false) FROM "My ""App"""."T";
-- change column My "App".T.kind: type "My ""App"""."a;b" -> "My ""App"""."a;b"[]
-- destroys what "My ""App"""."a;b"[] cannot hold of column My "App".T.kind ("My ""App"""."a;b")
ALTER TABLE "My ""App"""."T" ALTER COLUMN "kind" TYPE "My ""App"""."a;b"[] USING "kind"::text::"My ""App"""."a;b"[];

-- migrate:down
-- change column My "App".T.kind: type "My ""App"""."a;b"[] -> "My ""App"""."a;b"
-- destroys what "My ""App"""."a;b" cannot hold of column My "App".T.kind ("My ""App"""."a;b"[])
ALTER TABLE "My ""App"""."T" ALTER COLUMN "kind" TYPE "My ""App"""."a;b" USING "kind"::text::"My ""App"""."a;b";
-- change column My "App".T.id: nullable, numbering
ALTER TABLE "My ""App"""."T" ALTER COLUMN "id" DROP DEFAULT;
DROP SEQUENCE "My ""App"""."T_id_seq";
ALTER TABLE "My ""App"""."T" ALTER COLUMN "id" DROP NOT NULL;
-- change sequence My "App".S;
ALTER SEQUENCE "My ""App"""."S;" AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 NO CYCLE;
-- change enum My "App".a;b
ALTER TYPE "My ""App"""."a;b" ADD VALUE 'it''s' AFTER 'x;y';
-- change column My "App".T.kind: default 'x;y'::"My ""App"""."a;b"
ALTER TABLE "My ""App"""."T" ALTER COLUMN "kind" SET DEFAULT 'x;y'::"My ""App"""."a;b";
