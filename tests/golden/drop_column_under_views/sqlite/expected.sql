-- migrate:up
-- drop view firsts
DROP VIEW "firsts";
-- drop view named
DROP VIEW "named";
-- drop column students.phone
-- destroys column students.phone
ALTER TABLE "students" DROP COLUMN "phone";
-- add view named
CREATE VIEW "named" AS
SELECT id, name FROM students;
-- add view firsts
CREATE VIEW "firsts" AS
SELECT id, name FROM named WHERE id < 10;

-- migrate:down
-- drop view firsts
DROP VIEW "firsts";
-- drop view named
DROP VIEW "named";
-- add column students.phone
ALTER TABLE "students" ADD COLUMN "phone" varchar(50);
-- add view named
CREATE VIEW "named" AS
SELECT id, name, phone FROM students;
-- add view firsts
CREATE VIEW "firsts" AS
SELECT id, name FROM named WHERE id < 10;
