-- migrate:up
-- drop materialized view named
DROP MATERIALIZED VIEW "named";
-- change column students.name: type character varying(100) -> text
ALTER TABLE "students" ALTER COLUMN "name" TYPE text USING "name"::text;
-- add materialized view named
CREATE MATERIALIZED VIEW "named" AS
SELECT students.id,
    students.name
   FROM students
  WHERE (students.id > 0);
CREATE UNIQUE INDEX "named_once" ON "named" ("id");

-- migrate:down
-- drop materialized view named
DROP MATERIALIZED VIEW "named";
-- change column students.name: type text -> character varying(100)
-- destroys what character varying(100) cannot hold of column students.name (text)
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(100) USING "name"::character varying(100);
-- add materialized view named
CREATE MATERIALIZED VIEW "named" AS
SELECT students.id,
    students.name
   FROM students;
CREATE INDEX "named_by_name" ON "named" ("name");
