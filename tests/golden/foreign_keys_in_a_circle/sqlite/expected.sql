-- migrate:up
-- add table students
CREATE TABLE "students" (
  "id" INTEGER NOT NULL,
  "class" INTEGER,
  "friend" INTEGER,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("class") REFERENCES "classes" ("id"),
  FOREIGN KEY ("friend") REFERENCES "students" ("id")
);
-- add table classes
CREATE TABLE "classes" (
  "id" INTEGER NOT NULL,
  "best" INTEGER,
  PRIMARY KEY ("id"),
  FOREIGN KEY ("best") REFERENCES "students" ("id")
);

-- migrate:down
-- drop table classes
-- destroys table classes
DROP TABLE "classes";
-- drop table students
-- destroys table students
DROP TABLE "students";
