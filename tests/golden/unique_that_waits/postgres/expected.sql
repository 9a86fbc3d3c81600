-- migrate:up
-- add unique constraint one_phone on students(phone)
ALTER TABLE "students" ADD CONSTRAINT "one_phone" UNIQUE NULLS NOT DISTINCT ("phone") DEFERRABLE INITIALLY DEFERRED;

-- migrate:down
-- drop unique constraint one_phone on students(phone)
ALTER TABLE "students" DROP CONSTRAINT "one_phone";
