-- students.email needs a value in the rows that are there
-- migrate:up
-- add column students.email
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50),
  "email" varchar(200) NOT NULL,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "phone")
  SELECT "id", "name", "phone" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- drop column students.email
-- destroys column students.email
ALTER TABLE "students" DROP COLUMN "email";
