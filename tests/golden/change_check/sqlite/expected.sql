-- migrate:up
-- change check grown on students(age > 6)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "age" INTEGER,
  PRIMARY KEY ("id"),
  CONSTRAINT "grown" CHECK (age > 6)
);
INSERT INTO "students__new" ("id", "age")
  SELECT "id", "age" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change check grown on students(age > 5)
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
