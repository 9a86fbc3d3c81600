-- migrate:up
-- drop primary key students(id)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(50)
);
INSERT INTO "students__new" (rowid, "id", "name")
  SELECT rowid, "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- add primary key students(id)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(50),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
