-- migrate:up
-- change view named
DROP VIEW "named";
CREATE VIEW "named" AS
SELECT id, phone FROM students;

-- migrate:down
-- change view named
DROP VIEW "named";
CREATE VIEW "named" AS
SELECT id, name FROM students;
