-- migrate:up
-- change column students.name: type varchar(100) -> TEXT
DROP VIEW "named";
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE VIEW "named" AS
SELECT id, name FROM students;

-- migrate:down
-- change column students.name: type TEXT -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (TEXT)
DROP VIEW "named";
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE VIEW "named" AS
SELECT id, name FROM students;
