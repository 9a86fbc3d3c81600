-- migrate:up
-- add view named
CREATE VIEW "named" AS
SELECT id, name FROM students WHERE phone IS NOT NULL;

-- migrate:down
-- drop view named
DROP VIEW "named";
