-- migrate:up
-- drop unique constraint one_phone on students(phone)
ALTER TABLE "students" DROP CONSTRAINT "one_phone";

-- migrate:down
-- add unique constraint one_phone on students(phone)
ALTER TABLE "students" ADD CONSTRAINT "one_phone" UNIQUE ("phone");
