-- migrate:up
-- drop view a view; of
DROP VIEW "a view; of";
-- rename column group.to to to "them"
ALTER TABLE "group" RENAME COLUMN "to" TO "to ""them""";
-- rename index i;a on Select "it's"; `drop` to i;b"c
DROP INDEX "i;a";
CREATE INDEX "i;b""c" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")
;
-- change column Select "it's"; `drop`.UPPER lower: not null, default 5
-- change check per%cent 'q' on Select "it's"; `drop`("UPPER lower" > 2)
UPDATE "Select ""it's""; `drop`" SET "UPPER lower" = 5 WHERE "UPPER lower" IS NULL;
CREATE TABLE "Select ""it's""; `drop`__new" (
  "order" INTEGER NOT NULL,
  "学生 ""x""; --" varchar(50),
  "UPPER lower" INTEGER NOT NULL DEFAULT 5,
  PRIMARY KEY ("order"),
  CONSTRAINT "per%cent 'q'" CHECK ("UPPER lower" > 2)
);
INSERT INTO "Select ""it's""; `drop`__new" ("order", "学生 ""x""; --", "UPPER lower")
  SELECT "order", "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`"
;
DROP TABLE "Select ""it's""; `drop`";
ALTER TABLE "Select ""it's""; `drop`__new" RENAME TO "Select ""it's""; `drop`";
CREATE INDEX "i;b""c" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")
;
-- change foreign key f;k on group(to "them") -> Select "it's"; `drop`
CREATE TABLE "group__new" (
  "by" INTEGER NOT NULL,
  "to ""them""" INTEGER,
  PRIMARY KEY ("by"),
  CONSTRAINT "f;k" FOREIGN KEY ("to ""them""") REFERENCES "Select ""it's""; `drop`" ("order") ON DELETE CASCADE
);
INSERT INTO "group__new" ("by", "to ""them""")
  SELECT "by", "to ""them""" FROM "group";
DROP TABLE "group";
ALTER TABLE "group__new" RENAME TO "group";
-- add view a view; of
CREATE VIEW "a view; of" AS
SELECT "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`" WHERE "UPPER lower" > 2
;

-- migrate:down
-- drop view a view; of
DROP VIEW "a view; of";
-- change foreign key f;k on group(to "them") -> Select "it's"; `drop`
CREATE TABLE "group__new" (
  "by" INTEGER NOT NULL,
  "to ""them""" INTEGER,
  PRIMARY KEY ("by"),
  CONSTRAINT "f;k" FOREIGN KEY ("to ""them""") REFERENCES "Select ""it's""; `drop`" ("order")
);
INSERT INTO "group__new" ("by", "to ""them""")
  SELECT "by", "to ""them""" FROM "group";
DROP TABLE "group";
ALTER TABLE "group__new" RENAME TO "group";
-- change check per%cent 'q' on Select "it's"; `drop`("UPPER lower" > 1)
-- change column Select "it's"; `drop`.UPPER lower: nullable, no default
CREATE TABLE "Select ""it's""; `drop`__new" (
  "order" INTEGER NOT NULL,
  "学生 ""x""; --" varchar(50),
  "UPPER lower" INTEGER,
  PRIMARY KEY ("order"),
  CONSTRAINT "per%cent 'q'" CHECK ("UPPER lower" > 1)
);
INSERT INTO "Select ""it's""; `drop`__new" ("order", "学生 ""x""; --", "UPPER lower")
  SELECT "order", "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`"
;
DROP TABLE "Select ""it's""; `drop`";
ALTER TABLE "Select ""it's""; `drop`__new" RENAME TO "Select ""it's""; `drop`";
CREATE INDEX "i;b""c" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")
;
-- rename index i;b"c on Select "it's"; `drop` to i;a
DROP INDEX "i;b""c";
CREATE INDEX "i;a" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower")
;
-- rename column group.to "them" to to
ALTER TABLE "group" RENAME COLUMN "to ""them""" TO "to";
-- add view a view; of
CREATE VIEW "a view; of" AS
SELECT "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`" WHERE "UPPER lower" > 1
;
