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

-- migrate:down
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
