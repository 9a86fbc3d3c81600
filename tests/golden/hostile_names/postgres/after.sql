-- rename: group.to:"to ""them"""
CREATE TABLE "Select ""it's""; `drop`" (
  "order" integer NOT NULL,
  "学生 ""x""; --" varchar(50),
  "UPPER lower" integer NOT NULL DEFAULT 5,
  CONSTRAINT "per%cent 'q'" CHECK ("UPPER lower" > 2),
  PRIMARY KEY ("order")
);
CREATE TABLE "group" (
  "by" integer NOT NULL,
  "to ""them""" integer,
  CONSTRAINT "f;k" FOREIGN KEY ("to ""them""") REFERENCES "Select ""it's""; `drop`" ("order") ON DELETE CASCADE,
  PRIMARY KEY ("by")
);
CREATE INDEX "i;b""c" ON "Select ""it's""; `drop`" ("学生 ""x""; --", "UPPER lower");
CREATE VIEW "a view; of" AS SELECT "学生 ""x""; --", "UPPER lower" FROM "Select ""it's""; `drop`" WHERE "UPPER lower" > 2;
