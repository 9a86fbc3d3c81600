-- migrate:up
-- add table zones
CREATE TABLE "zones" (
  "x" integer,
  "y" text
);
-- add table maps
CREATE TABLE "maps" (
  "id" integer,
  "centre" zones,
  "corners" zones[]
);

-- migrate:down
-- drop table maps
-- destroys table maps
DROP TABLE "maps";
-- drop table zones
-- destroys table zones
DROP TABLE "zones";
