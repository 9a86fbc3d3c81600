-- migrate:up
-- drop primary key students(id)
ALTER TABLE "students" DROP CONSTRAINT "students_pkey";

-- migrate:down
-- add primary key students(id)
ALTER TABLE "students" ADD CONSTRAINT "students_pkey" PRIMARY KEY ("id");
