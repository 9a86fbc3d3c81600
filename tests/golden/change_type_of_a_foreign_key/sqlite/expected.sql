-- migrate:up
-- change column classes.id: type INTEGER -> bigint, nullable
CREATE TABLE "classes__new" (
  "id" bigint,
  PRIMARY KEY ("id")
);
INSERT INTO "classes__new" (rowid, "id")
  SELECT rowid, "id" FROM "classes";
DROP TABLE "classes";
ALTER TABLE "classes__new" RENAME TO "classes";
-- change column students.class_id: type INTEGER -> bigint
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "class_id" bigint,
  PRIMARY KEY ("id"),
  CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id")
);
INSERT INTO "students__new" ("id", "class_id")
  SELECT "id", "class_id" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change column students.class_id: type bigint -> INTEGER
-- destroys what INTEGER cannot hold of column students.class_id (bigint)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "class_id" INTEGER,
  PRIMARY KEY ("id"),
  CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id")
);
INSERT INTO "students__new" ("id", "class_id")
  SELECT "id", "class_id" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
-- change column classes.id: type bigint -> INTEGER, not null
-- destroys what INTEGER cannot hold of column classes.id (bigint)
CREATE TABLE "classes__new" (
  "id" INTEGER NOT NULL,
  PRIMARY KEY ("id")
);
INSERT INTO "classes__new" ("id")
  SELECT "id" FROM "classes";
DROP TABLE "classes";
ALTER TABLE "classes__new" RENAME TO "classes";
