-- migrate:up
-- rename constraint one_phone on students to phone_once
ALTER TABLE "students" RENAME CONSTRAINT "one_phone" TO "phone_once";

-- migrate:down
-- rename constraint phone_once on students to one_phone
ALTER TABLE "students" RENAME CONSTRAINT "phone_once" TO "one_phone";
