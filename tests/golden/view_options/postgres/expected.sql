-- migrate:up
-- change view named
DROP VIEW "named";
CREATE VIEW "named" WITH (security_barrier=true, check_option=local) AS
SELECT students.id,
    students.name
   FROM students;
COMMENT ON VIEW "named" IS 'all of them';
COMMENT ON COLUMN "named"."name" IS 'who';

-- migrate:down
-- change view named
DROP VIEW "named";
CREATE VIEW "named" AS
SELECT students.id,
    students.name
   FROM students;
COMMENT ON VIEW "named" IS 'them';
