-- migrate:up
-- change column students.code: type varchar(20) -> INTEGER, default 0
-- destroys what INTEGER cannot hold of column students.code (varchar(20))
-- change column students.born: type TEXT -> date
-- destroys what date cannot hold of column students.born (TEXT)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "code" INTEGER DEFAULT 0,
  "born" date,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "code", "born")
  SELECT "id", "code", "born" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.born: type date -> TEXT
-- change column students.code: type INTEGER -> varchar(20), default '0'
-- destroys what varchar(20) cannot hold of column students.code (INTEGER)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "code" varchar(20) DEFAULT '0',
  "born" TEXT,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "code", "born")
  SELECT "id", "code", "born" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
