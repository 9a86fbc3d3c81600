-- migrate:up
-- change column students.name: nullable
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100),
  "phone" varchar(50),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "phone")
  SELECT "id", "name", "phone" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.name: not null
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
