-- migrate:up
-- add primary key students(id)
ALTER TABLE "students" ADD CONSTRAINT "students_pkey" PRIMARY KEY ("id");

-- migrate:down
-- drop primary key students(id)
ALTER TABLE "students" DROP CONSTRAINT "students_pkey";
