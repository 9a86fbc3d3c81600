-- migrate:up
-- change column students.a: type INTEGER -> varchar(20)
-- destroys what varchar(20) cannot hold of column students.a (INTEGER)
-- change column students.b: type varchar(20) -> INTEGER
-- destroys what INTEGER cannot hold of column students.b (varchar(20))
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "a" varchar(20),
  "b" INTEGER,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "a", "b")
  SELECT "id", "a", "b" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.b: type INTEGER -> varchar(20)
-- destroys what varchar(20) cannot hold of column students.b (INTEGER)
-- change column students.a: type varchar(20) -> INTEGER
-- destroys what INTEGER cannot hold of column students.a (varchar(20))
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "a" INTEGER,
  "b" varchar(20),
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "a", "b")
  SELECT "id", "a", "b" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
