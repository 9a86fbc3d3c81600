-- migrate:up
-- add schema app
CREATE SCHEMA "app";
-- rename table old.students to app.students
ALTER TABLE "old"."students" SET SCHEMA "app";
-- add column app.students.name
ALTER TABLE "app"."students" ADD COLUMN "name" text;
-- drop schema old
DROP SCHEMA "old";

-- migrate:down
-- add schema old
CREATE SCHEMA "old";
-- drop column app.students.name
-- destroys column app.students.name
ALTER TABLE "app"."students" DROP COLUMN "name";
-- rename table app.students to old.students
ALTER TABLE "app"."students" SET SCHEMA "old";
-- drop schema app
DROP SCHEMA "app";
