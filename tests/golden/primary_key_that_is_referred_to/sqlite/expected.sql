-- migrate:up
-- drop unique constraint code_once on students(code)
-- change primary key students(code)
-- add unique constraint id_once on students(id)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "code" INTEGER NOT NULL,
  PRIMARY KEY ("code"),
  CONSTRAINT "id_once" UNIQUE ("id")
);
INSERT INTO "students__new" ("id", "code")
  SELECT "id", "code" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- drop unique constraint id_once on students(id)
-- change primary key students(id)
-- add unique constraint code_once on students(code)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "code" INTEGER NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "code_once" UNIQUE ("code")
);
INSERT INTO "students__new" ("id", "code")
  SELECT "id", "code" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
