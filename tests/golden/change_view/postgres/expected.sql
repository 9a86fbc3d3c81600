-- migrate:up
-- drop view first
DROP VIEW "first";
-- drop view named
DROP VIEW "named";
-- add view named
CREATE VIEW "named" AS
SELECT students.id,
    students.phone
   FROM students;
-- add view first
CREATE VIEW "first" AS
SELECT named.id
   FROM named
  WHERE (named.id = 1);

-- migrate:down
-- drop view first
DROP VIEW "first";
-- drop view named
DROP VIEW "named";
-- add view named
CREATE VIEW "named" AS
SELECT students.id,
    students.name
   FROM students;
-- add view first
CREATE VIEW "first" AS
SELECT named.id
   FROM named
  WHERE (named.id = 1);
