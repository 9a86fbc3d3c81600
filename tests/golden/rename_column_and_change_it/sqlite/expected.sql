-- students.years needs a value in the rows that are there
-- migrate:up
-- drop check grown on students(age > 5)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "age" INTEGER,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "age")
  SELECT "id", "age" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
-- rename column students.age to years
ALTER TABLE "students" RENAME COLUMN "age" TO "years";
-- change column students.years: type INTEGER -> bigint, not null, default 6
-- add check grown on students(years > 4)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "years" bigint NOT NULL DEFAULT 6,
  PRIMARY KEY ("id"),
  CONSTRAINT "grown" CHECK (years > 4)
);
INSERT INTO "students__new" ("id", "years")
  SELECT "id", "years" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- drop check grown on students(years > 4)
-- change column students.years: type bigint -> INTEGER, nullable, no default
-- destroys what INTEGER cannot hold of column students.years (bigint)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "years" INTEGER,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "years")
  SELECT "id", "years" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
-- rename column students.years to age
ALTER TABLE "students" RENAME COLUMN "years" TO "age";
-- add check grown on students(age > 5)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "age" INTEGER,
  PRIMARY KEY ("id"),
  CONSTRAINT "grown" CHECK (age > 5)
);
INSERT INTO "students__new" ("id", "age")
  SELECT "id", "age" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
