-- migrate:up
-- rename column students.phone to mobile
ALTER TABLE "students" RENAME COLUMN "phone" TO "mobile";

-- migrate:down
-- rename column students.mobile to phone
ALTER TABLE "students" RENAME COLUMN "mobile" TO "phone";
