-- migrate:up
-- change column students.total: generated expression
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "price" INTEGER NOT NULL,
  "total" INTEGER GENERATED ALWAYS AS (price * 2) VIRTUAL,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "price")
  SELECT "id", "price" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.total: generated expression
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "price" INTEGER NOT NULL,
  "total" INTEGER GENERATED ALWAYS AS (price * 2) STORED,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "price")
  SELECT "id", "price" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
