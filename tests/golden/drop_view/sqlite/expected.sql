-- migrate:up
-- drop view named
DROP VIEW "named";

-- migrate:down
-- add view named
CREATE VIEW "named" AS
SELECT id, name FROM students;
