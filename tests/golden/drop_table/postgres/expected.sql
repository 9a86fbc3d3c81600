-- migrate:up
-- drop table notes
-- destroys table notes
DROP TABLE "notes";

-- migrate:down
-- add table notes
CREATE TABLE "notes" (
  "id" integer NOT NULL,
  "student_id" integer NOT NULL,
  "note" character varying(50),
  CONSTRAINT "notes_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "notes_student_id_fkey" FOREIGN KEY ("student_id") REFERENCES "students" ("id")
);
CREATE INDEX "notes_by_note" ON "notes" ("note");
