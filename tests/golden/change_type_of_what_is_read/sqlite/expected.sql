-- migrate:up
-- change column students.price: type INTEGER -> bigint
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "price" bigint NOT NULL,
  "total" bigint GENERATED ALWAYS AS (price * 2) STORED,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "price")
  SELECT "id", "price" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.price: type bigint -> INTEGER
-- destroys what INTEGER cannot hold of column students.price (bigint)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "price" INTEGER NOT NULL,
  "total" bigint GENERATED ALWAYS AS (price * 2) STORED,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "price")
  SELECT "id", "price" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
