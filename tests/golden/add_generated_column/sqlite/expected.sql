-- migrate:up
-- add column students.total
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "price" INTEGER NOT NULL,
  "many" INTEGER NOT NULL,
  "total" INTEGER GENERATED ALWAYS AS (price * many) STORED,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "price", "many")
  SELECT "id", "price", "many" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- drop column students.total
ALTER TABLE "students" DROP COLUMN "total";
