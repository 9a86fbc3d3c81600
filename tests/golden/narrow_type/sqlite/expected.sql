-- migrate:up
-- change column students.name: type varchar(200) -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (varchar(200))
-- change column students.visits: type bigint -> INTEGER
-- destroys what INTEGER cannot hold of column students.visits (bigint)
-- change column students.price: type numeric(10,4) -> numeric(8,2)
-- destroys what numeric(8,2) cannot hold of column students.price (numeric(10,4))
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "visits" INTEGER,
  "price" numeric(8,2),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "visits", "price")
  SELECT "id", "name", "visits", "price" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.price: type numeric(8,2) -> numeric(10,4)
-- change column students.visits: type INTEGER -> bigint
-- change column students.name: type varchar(100) -> varchar(200)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(200) NOT NULL,
  "visits" bigint,
  "price" numeric(10,4),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "visits", "price")
  SELECT "id", "name", "visits", "price" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
