-- migrate:up
-- change unique constraint one_phone on students(phone, name)
ALTER TABLE "students"
  DROP CONSTRAINT "one_phone",
  ADD CONSTRAINT "one_phone" UNIQUE ("phone", "name");

-- migrate:down
-- change unique constraint one_phone on students(phone)
ALTER TABLE "students"
  DROP CONSTRAINT "one_phone",
  ADD CONSTRAINT "one_phone" UNIQUE ("phone");
