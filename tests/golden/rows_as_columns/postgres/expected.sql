-- migrate:up
-- change column maps.centre: type zones -> text
ALTER TABLE "maps" ALTER COLUMN "centre" TYPE text USING "centre"::text;
-- change column maps.spots: type spot[] -> text, no default
ALTER TABLE "maps"
  ALTER COLUMN "spots" DROP DEFAULT,
  ALTER COLUMN "spots" TYPE text USING "spots"::text;
-- change type spot
ALTER TYPE "spot" ALTER ATTRIBUTE "b" TYPE bigint;
-- change column zones.x: type integer -> bigint
ALTER TABLE "zones" ALTER COLUMN "x" TYPE bigint USING "x"::bigint;
-- change column maps.centre: type text -> zones
-- destroys what zones cannot hold of column maps.centre (text)
ALTER TABLE "maps" ALTER COLUMN "centre" TYPE zones USING "centre"::text::zones;
-- change column maps.spots: type text -> spot[], default '{"(1,2)"}'::spot[]
-- destroys what spot[] cannot hold of column maps.spots (text)
ALTER TABLE "maps"
  ALTER COLUMN "spots" TYPE spot[] USING "spots"::text::spot[],
  ALTER COLUMN "spots" SET DEFAULT '{"(1,2)"}'::spot[];

-- migrate:down
-- change column maps.spots: type spot[] -> text, no default
ALTER TABLE "maps"
  ALTER COLUMN "spots" DROP DEFAULT,
  ALTER COLUMN "spots" TYPE text USING "spots"::text;
-- change column maps.centre: type zones -> text
ALTER TABLE "maps" ALTER COLUMN "centre" TYPE text USING "centre"::text;
-- change column zones.x: type bigint -> integer
-- destroys what integer cannot hold of column zones.x (bigint)
ALTER TABLE "zones" ALTER COLUMN "x" TYPE integer USING "x"::integer;
-- change type spot
ALTER TYPE "spot" ALTER ATTRIBUTE "b" TYPE integer;
-- change column maps.spots: type text -> spot[], default '{"(1,2)"}'::spot[]
-- destroys what spot[] cannot hold of column maps.spots (text)
ALTER TABLE "maps"
  ALTER COLUMN "spots" TYPE spot[] USING "spots"::text::spot[],
  ALTER COLUMN "spots" SET DEFAULT '{"(1,2)"}'::spot[];
-- change column maps.centre: type text -> zones
-- destroys what zones cannot hold of column maps.centre (text)
ALTER TABLE "maps" ALTER COLUMN "centre" TYPE zones USING "centre"::text::zones;
