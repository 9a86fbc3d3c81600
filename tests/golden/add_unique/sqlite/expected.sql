-- migrate:up
-- add unique constraint one_phone on students(name, phone)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50),
  PRIMARY KEY ("id"),
  CONSTRAINT "one_phone" UNIQUE ("name", "phone")
);
INSERT INTO "students__new" ("id", "name", "phone")
  SELECT "id", "name", "phone" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- drop unique constraint one_phone on students(name, phone)
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
