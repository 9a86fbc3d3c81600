-- students.number needs a value in the rows that are there
-- migrate:up
-- change column students.number: not null
ALTER TABLE "students" ALTER COLUMN "number" SET NOT NULL;
-- change primary key students(class, number)
ALTER TABLE "students"
  DROP CONSTRAINT "students_pkey",
  ADD CONSTRAINT "students_pkey" PRIMARY KEY ("class", "number");

-- migrate:down
-- change primary key students(class)
ALTER TABLE "students"
  DROP CONSTRAINT "students_pkey",
  ADD CONSTRAINT "students_pkey" PRIMARY KEY ("class");
-- change column students.number: nullable
ALTER TABLE "students" ALTER COLUMN "number" DROP NOT NULL;
