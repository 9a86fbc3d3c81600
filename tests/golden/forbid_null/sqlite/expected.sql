-- students.phone needs a value in the rows that are there
-- migrate:up
-- change column students.phone: not null
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50) NOT NULL,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "phone")
  SELECT "id", "name", "phone" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.phone: nullable
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "phone")
  SELECT "id", "name", "phone" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
