-- migrate:up
-- drop view named
DROP VIEW "named";
-- change column students.name: type character varying(100) -> text
ALTER TABLE "students" ALTER COLUMN "name" TYPE text USING "name"::text;
-- add view named
CREATE VIEW "named" AS
SELECT students.id,
    students.name
   FROM students;

-- migrate:down
-- drop view named
DROP VIEW "named";
-- change column students.name: type text -> character varying(100)
-- destroys what character varying(100) cannot hold of column students.name (text)
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(100) USING "name"::character varying(100);
-- add view named
CREATE VIEW "named" AS
SELECT students.id,
    students.name
   FROM students;
