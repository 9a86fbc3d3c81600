-- students.class_id needs a value in the rows that are there
-- migrate:up
-- drop foreign key students(class_id) -> classes
-- drop check students(age > 0)
-- change column students.class_id: not null
-- change column students.age: type INTEGER -> bigint
-- add check students(age >= 0)
-- add foreign key students(class_id) -> classes
DROP TRIGGER "on_view";
DROP VIEW "named_adults";
DROP VIEW "adults";
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "class_id" INTEGER NOT NULL,
  "name" TEXT COLLATE NOCASE NOT NULL,
  "age" bigint,
  UNIQUE ("name", "class_id"),
  FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE SET NULL,
  CHECK (age >= 0)
);
INSERT INTO "students__new" ("id", "class_id", "name", "age")
  SELECT "id", "class_id", "name", "age" FROM "students";
DELETE FROM sqlite_sequence WHERE name = 'students__new';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'students__new', seq FROM sqlite_sequence WHERE name = 'students';
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE INDEX "by_age" ON "students" ("age") WHERE age > 5;
CREATE VIEW "adults" AS
SELECT id, name FROM students WHERE age >= 18;
CREATE VIEW "named_adults" AS
SELECT name FROM adults;
CREATE TRIGGER on_view INSTEAD OF INSERT ON adults BEGIN INSERT INTO students (name) VALUES (NEW.name); END;
CREATE TRIGGER grow AFTER INSERT ON students BEGIN UPDATE students SET age = 1 WHERE id = NEW.id AND age IS NULL; END;

-- migrate:down
-- drop foreign key students(class_id) -> classes
-- drop check students(age >= 0)
-- change column students.age: type bigint -> INTEGER
-- destroys what INTEGER cannot hold of column students.age (bigint)
-- change column students.class_id: nullable
-- add check students(age > 0)
-- add foreign key students(class_id) -> classes
DROP TRIGGER "on_view";
DROP VIEW "named_adults";
DROP VIEW "adults";
CREATE TABLE "students__new" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "class_id" INTEGER,
  "name" TEXT COLLATE NOCASE NOT NULL,
  "age" INTEGER,
  UNIQUE ("name", "class_id"),
  FOREIGN KEY ("class_id") REFERENCES "classes" ("id") ON DELETE CASCADE,
  CHECK (age > 0)
);
INSERT INTO "students__new" ("id", "class_id", "name", "age")
  SELECT "id", "class_id", "name", "age" FROM "students";
DELETE FROM sqlite_sequence WHERE name = 'students__new';
INSERT INTO sqlite_sequence (name, seq)
  SELECT 'students__new', seq FROM sqlite_sequence WHERE name = 'students';
DROP TABLE "students";
ALTER TABLE "students__new" RENAME TO "students";
CREATE INDEX "by_age" ON "students" ("age") WHERE age > 5;
CREATE VIEW "adults" AS
SELECT id, name FROM students WHERE age >= 18;
CREATE VIEW "named_adults" AS
SELECT name FROM adults;
CREATE TRIGGER on_view INSTEAD OF INSERT ON adults BEGIN INSERT INTO students (name) VALUES (NEW.name); END;
CREATE TRIGGER grow AFTER INSERT ON students BEGIN UPDATE students SET age = 1 WHERE id = NEW.id AND age IS NULL; END;
