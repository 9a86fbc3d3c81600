-- migrate:up
-- change column students.visits: default 2
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "visits" INTEGER DEFAULT 2,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "visits")
  SELECT "id", "visits" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.visits: default 1
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "visits" INTEGER DEFAULT 1,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "visits")
  SELECT "id", "visits" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
