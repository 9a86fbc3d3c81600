-- students.code needs a value in the rows that are there
-- migrate:up
-- change column students.code: not null
-- change options of table students
CREATE TABLE "students__new" (
  "code" TEXT NOT NULL,
  "name" TEXT,
  PRIMARY KEY ("code")
) WITHOUT ROWID;
INSERT INTO "students__new" ("code", "name")
  SELECT "code", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change options of table students
-- change column students.code: nullable
CREATE TABLE "students__new" (
  "code" TEXT,
  "name" TEXT,
  PRIMARY KEY ("code")
);
INSERT INTO "students__new" ("code", "name")
  SELECT "code", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
