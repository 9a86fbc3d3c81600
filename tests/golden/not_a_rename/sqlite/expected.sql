-- migrate:up
-- add column students.mobile
ALTER TABLE "students" ADD COLUMN "mobile" varchar(50);
-- drop column students.phone
-- destroys column students.phone
ALTER TABLE "students" DROP COLUMN "phone";

-- migrate:down
-- add column students.phone
-- drop column students.mobile
-- destroys column students.mobile
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name")
  SELECT "id", "name" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
