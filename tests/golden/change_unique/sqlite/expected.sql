-- migrate:up
-- change unique constraint one_phone on students(phone, name)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50),
  PRIMARY KEY ("id"),
  CONSTRAINT "one_phone" UNIQUE ("phone", "name")
);
INSERT INTO "students__new" ("id", "name", "phone")
  SELECT "id", "name", "phone" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change unique constraint one_phone on students(phone)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50),
  PRIMARY KEY ("id"),
  CONSTRAINT "one_phone" UNIQUE ("phone")
);
INSERT INTO "students__new" ("id", "name", "phone")
  SELECT "id", "name", "phone" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
