-- migrate:up
-- add constraint alone on students
ALTER TABLE "students" ADD CONSTRAINT "alone" EXCLUDE USING gist (during WITH &&);

-- migrate:down
-- drop constraint alone on students
ALTER TABLE "students" DROP CONSTRAINT "alone";
