-- migrate:up
-- change column students.id: numbering
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" TEXT
);
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.id: numbering
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" TEXT,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
