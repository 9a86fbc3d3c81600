-- migrate:up
-- add view named
CREATE VIEW "named" AS
SELECT students.id,
    students.name
   FROM students
  WHERE (students.phone IS NOT NULL);

-- migrate:down
-- drop view named
DROP VIEW "named";
