-- migrate:up
-- change column students.total: type INTEGER -> bigint, generated expression
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "price" INTEGER NOT NULL,
  "total" bigint,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "price", "total")
  SELECT "id", "price", "total" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.total: type bigint -> INTEGER, generated expression
-- destroys the values of column students.total
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
