-- migrate:up
-- add schema school
CREATE SCHEMA "school";
-- rename table students to school.students
ALTER TABLE "students" SET SCHEMA "school";
-- drop primary key school.students(number)
ALTER TABLE "school"."students" DROP CONSTRAINT "students_pkey";
-- drop column school.students.number
-- destroys column school.students.number
ALTER TABLE "school"."students" DROP COLUMN "number";

-- migrate:down
-- add column school.students.number
ALTER TABLE "school"."students" ADD COLUMN "number" serial;
-- add primary key school.students(number)
ALTER TABLE "school"."students" ADD CONSTRAINT "students_pkey" PRIMARY KEY ("number");
-- rename table school.students to students
ALTER TABLE "school"."students" SET SCHEMA "public";
-- drop schema school
DROP SCHEMA "school";
