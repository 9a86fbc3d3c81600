-- migrate:up
-- add unique constraint one_phone on students(name, phone)
ALTER TABLE "students" ADD CONSTRAINT "one_phone" UNIQUE ("name", "phone");

-- migrate:down
-- drop unique constraint one_phone on students(name, phone)
ALTER TABLE "students" DROP CONSTRAINT "one_phone";
