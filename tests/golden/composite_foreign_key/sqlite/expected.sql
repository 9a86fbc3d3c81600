-- migrate:up
-- add foreign key of_class on students(school, class) -> classes
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "school" INTEGER,
  "class" INTEGER,
  PRIMARY KEY ("id"),
  CONSTRAINT "of_class" FOREIGN KEY ("school", "class") REFERENCES "classes" ("school", "number")
);
INSERT INTO "students__new" ("id", "school", "class")
  SELECT "id", "school", "class" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- drop foreign key of_class on students(school, class) -> classes
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "school" INTEGER,
  "class" INTEGER,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "school", "class")
  SELECT "id", "school", "class" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
