-- migrate:up
-- change foreign key of_class on students(class_id) -> classes
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "class_id" INTEGER,
  PRIMARY KEY ("id"),
  CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id") DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "students__new" ("id", "class_id")
  SELECT "id", "class_id" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";

-- migrate:down
-- change foreign key of_class on students(class_id) -> classes
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
