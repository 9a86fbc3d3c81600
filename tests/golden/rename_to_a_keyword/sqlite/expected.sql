-- migrate:up
-- drop check grown on students(age > 5)
-- drop index by_age on students
-- drop column students.total
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "age" INTEGER,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "age")
  SELECT "id", "age" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
-- rename column students.age to order
ALTER TABLE "students" RENAME COLUMN "age" TO "order";
-- add index by_age on students
-- add check grown on students("order" > 5)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "order" INTEGER,
  PRIMARY KEY ("id"),
  CONSTRAINT "grown" CHECK ("order" > 5)
);
INSERT INTO "students__new" ("id", "order")
  SELECT "id", "order" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE INDEX "by_age" ON "students" (("order" + 1)) WHERE "order" > 1;

-- migrate:down
-- drop check grown on students("order" > 5)
-- drop index by_age on students
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "order" INTEGER,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "order")
  SELECT "id", "order" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
-- rename column students.order to age
ALTER TABLE "students" RENAME COLUMN "order" TO "age";
-- add column students.total
-- add index by_age on students
-- add check grown on students(age > 5)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "age" INTEGER,
  "total" INTEGER GENERATED ALWAYS AS (age * 2) STORED,
  PRIMARY KEY ("id"),
  CONSTRAINT "grown" CHECK (age > 5)
);
INSERT INTO "students__new" ("id", "age")
  SELECT "id", "age" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE INDEX "by_age" ON "students" ((age + 1)) WHERE age > 1;
