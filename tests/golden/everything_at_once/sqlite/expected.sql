-- students.mobile needs a value in the rows that are there
-- migrate:up
-- drop view phones
DROP VIEW "phones";
-- rename column students.phone to mobile
ALTER TABLE "students" RENAME COLUMN "phone" TO "mobile";
-- change column classes.title: not null, default ''
-- add unique constraint titles on classes(title)
UPDATE "classes" SET "title" = '' WHERE "title" IS NULL;
CREATE TABLE "classes__new" (
  "id" INTEGER NOT NULL,
  "title" varchar(50) NOT NULL DEFAULT '',
  PRIMARY KEY ("id"),
  CONSTRAINT "titles" UNIQUE ("title")
);
INSERT INTO "classes__new" ("id", "title")
  SELECT "id", "title" FROM "classes";
DROP TABLE "classes";
ALTER TABLE "classes__new" RENAME TO "classes";
-- add table letters
CREATE TABLE "letters" (
  "id" INTEGER NOT NULL,
  "body" varchar(100),
  PRIMARY KEY ("id")
);
-- rename index by_phone on students to by_mobile
DROP INDEX "by_phone";
CREATE INDEX "by_mobile" ON "students" ("mobile");
-- add column students.email
-- change column students.name: type varchar(100) -> varchar(200)
-- change column students.mobile: not null
-- add check has_at on students(email LIKE '%@%')
-- add foreign key of_class on students(class_id) -> classes
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" varchar(200) NOT NULL,
  "class_id" INTEGER,
  "mobile" varchar(50) NOT NULL,
  "email" varchar(200),
  CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE SET NULL,
  CONSTRAINT "has_at" CHECK (email LIKE '%@%')
);
INSERT INTO "students__new" ("id", "name", "class_id", "mobile")
  SELECT "id", "name", "class_id", "mobile" FROM "students";
DELETE FROM sqlite_sequence WHERE name = 'students__new';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'students__new', seq FROM sqlite_sequence WHERE name = 'students';
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE INDEX "by_mobile" ON "students" ("mobile");
-- add view phones
CREATE VIEW "phones" AS
SELECT mobile FROM students;

-- migrate:down
-- drop view phones
DROP VIEW "phones";
-- drop foreign key of_class on students(class_id) -> classes
-- drop check has_at on students(email LIKE '%@%')
-- change column students.mobile: nullable
-- change column students.name: type varchar(200) -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (varchar(200))
-- drop column students.email
-- destroys column students.email
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" varchar(100) NOT NULL,
  "class_id" INTEGER,
  "mobile" varchar(50)
);
INSERT INTO "students__new" ("id", "name", "class_id", "mobile")
  SELECT "id", "name", "class_id", "mobile" FROM "students";
DELETE FROM sqlite_sequence WHERE name = 'students__new';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'students__new', seq FROM sqlite_sequence WHERE name = 'students';
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE INDEX "by_mobile" ON "students" ("mobile");
-- rename index by_mobile on students to by_phone
DROP INDEX "by_mobile";
CREATE INDEX "by_phone" ON "students" ("mobile");
-- drop table letters
-- destroys table letters
DROP TABLE "letters";
-- drop unique constraint titles on classes(title)
-- change column classes.title: nullable, no default
CREATE TABLE "classes__new" (
  "id" INTEGER NOT NULL,
  "title" varchar(50),
  PRIMARY KEY ("id")
);
INSERT INTO "classes__new" ("id", "title")
  SELECT "id", "title" FROM "classes";
DROP TABLE "classes";
ALTER TABLE "classes__new" RENAME TO "classes";
-- rename column students.mobile to phone
ALTER TABLE "students" RENAME COLUMN "mobile" TO "phone";
-- add view phones
CREATE VIEW "phones" AS
SELECT phone FROM students;
