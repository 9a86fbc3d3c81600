-- migrate:up
-- drop foreign key note_of on notes(student) -> students
ALTER TABLE "notes" DROP CONSTRAINT "note_of";
-- drop unique constraint code_once on students(code)
ALTER TABLE "students" DROP CONSTRAINT "code_once";
-- change primary key students(code)
ALTER TABLE "students"
  DROP CONSTRAINT "students_pkey",
  ADD CONSTRAINT "students_pkey" PRIMARY KEY ("code");
-- add unique constraint id_once on students(id)
ALTER TABLE "students" ADD CONSTRAINT "id_once" UNIQUE ("id");
-- add foreign key note_of on notes(student) -> students
ALTER TABLE "notes" ADD CONSTRAINT "note_of" FOREIGN KEY ("student") REFERENCES "students" ("id");

-- migrate:down
-- drop foreign key note_of on notes(student) -> students
ALTER TABLE "notes" DROP CONSTRAINT "note_of";
-- drop unique constraint id_once on students(id)
ALTER TABLE "students" DROP CONSTRAINT "id_once";
-- change primary key students(id)
ALTER TABLE "students"
  DROP CONSTRAINT "students_pkey",
  ADD CONSTRAINT "students_pkey" PRIMARY KEY ("id");
-- add unique constraint code_once on students(code)
ALTER TABLE "students" ADD CONSTRAINT "code_once" UNIQUE ("code");
-- add foreign key note_of on notes(student) -> students
ALTER TABLE "notes" ADD CONSTRAINT "note_of" FOREIGN KEY ("student") REFERENCES "students" ("id");
