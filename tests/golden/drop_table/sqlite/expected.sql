-- migrate:up
-- drop table notes
-- destroys table notes
DROP TABLE "notes";

-- migrate:down
-- add table notes
CREATE TABLE "notes" (
  "id" INTEGER NOT NULL,
  "student_id" INTEGER NOT NULL,
  "note" varchar(50),
  PRIMARY KEY ("id"),
  FOREIGN KEY ("student_id") REFERENCES "students" ("id")
);
CREATE INDEX "notes_by_note" ON "notes" ("note");
