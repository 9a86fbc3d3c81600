-- migrate:up
-- change options of table students
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" TEXT,
  PRIMARY KEY ("id")
) STRICT;
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change options of table students
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" TEXT,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
