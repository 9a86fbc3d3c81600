-- migrate:up
-- drop check t(id > 0)
-- add check t(id > 4)
CREATE TABLE "t__new" (
  "id" INTEGER NOT NULL,
  CHECK (id > 4),
  CONSTRAINT "high" CHECK (id > 3)
);
INSERT INTO "t__new" (rowid, "id")
  SELECT rowid, "id" FROM "t";
DROP TABLE "t";
ALTER TABLE "t__new" RENAME TO "t";

-- migrate:down
-- drop check t(id > 4)
-- add check t(id > 0)
CREATE TABLE "t__new" (
  "id" INTEGER NOT NULL,
  CHECK (id > 0),
  CONSTRAINT "high" CHECK (id > 3)
);
INSERT INTO "t__new" (rowid, "id")
  SELECT rowid, "id" FROM "t";
DROP TABLE "t";
ALTER TABLE "t__new" RENAME TO "t";
