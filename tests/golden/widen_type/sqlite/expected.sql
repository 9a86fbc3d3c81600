-- migrate:up
-- change column students.name: type varchar(100) -> varchar(200)
-- change column students.phone: type varchar(50) -> TEXT
-- change column students.visits: type INTEGER -> bigint
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(200) NOT NULL,
  "phone" TEXT,
  "visits" bigint NOT NULL DEFAULT 0,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "phone", "visits")
  SELECT "id", "name", "phone", "visits" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.visits: type bigint -> INTEGER
-- destroys what INTEGER cannot hold of column students.visits (bigint)
-- change column students.phone: type TEXT -> varchar(50)
-- destroys what varchar(50) cannot hold of column students.phone (TEXT)
-- change column students.name: type varchar(200) -> varchar(100)
-- destroys what varchar(100) cannot hold of column students.name (varchar(200))
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(100) NOT NULL,
  "phone" varchar(50),
  "visits" INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "phone", "visits")
  SELECT "id", "name", "phone", "visits" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
