-- students.number needs a value in the rows that are there
-- migrate:up
-- change column students.number: not null
-- change primary key students(class, number)
CREATE TABLE "students__new" (
  "class" INTEGER NOT NULL,
  "number" INTEGER NOT NULL,
  PRIMARY KEY ("class", "number")
);
INSERT INTO "students__new" (rowid, "class", "number")
  SELECT rowid, "class", "number" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change primary key students(class)
-- change column students.number: nullable
CREATE TABLE "students__new" (
  "class" INTEGER NOT NULL,
  "number" INTEGER,
  PRIMARY KEY ("class")
);
INSERT INTO "students__new" ("class", "number")
  SELECT "class", "number" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
