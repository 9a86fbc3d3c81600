-- migrate:up
-- change column students.name: type varchar(50) -> varchar(20)
-- destroys what varchar(20) cannot hold of column students.name (varchar(50))
-- change column students.visits: type INTEGER -> bigint
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(20),
  "visits" bigint NOT NULL DEFAULT 0,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "visits")
  SELECT "id", "name", "visits" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE TRIGGER touch AFTER UPDATE OF name ON students BEGIN UPDATE students SET visits = visits + 1 WHERE id = NEW.id; SELECT 'a;b'; END;

-- migrate:down
-- change column students.visits: type bigint -> INTEGER
-- destroys what INTEGER cannot hold of column students.visits (bigint)
-- change column students.name: type varchar(20) -> varchar(50)
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL,
  "name" varchar(50),
  "visits" INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY ("id")
);
INSERT INTO "students__new" ("id", "name", "visits")
  SELECT "id", "name", "visits" FROM "students";
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE TRIGGER touch AFTER UPDATE OF name ON students BEGIN UPDATE students SET visits = visits + 1 WHERE id = NEW.id; SELECT 'a;b'; END;
