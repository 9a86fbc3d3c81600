-- migrate:up
-- change column classes.id: type integer -> bigint
ALTER TABLE "classes" ALTER COLUMN "id" TYPE bigint USING "id"::bigint;
-- change column students.class_id: type integer -> bigint
ALTER TABLE "students" ALTER COLUMN "class_id" TYPE bigint USING "class_id"::bigint;

-- migrate:down
-- change column students.class_id: type bigint -> integer
-- destroys what integer cannot hold of column students.class_id (bigint)
ALTER TABLE "students" ALTER COLUMN "class_id" TYPE integer USING "class_id"::integer;
-- change column classes.id: type bigint -> integer
-- destroys what integer cannot hold of column classes.id (bigint)
ALTER TABLE "classes" ALTER COLUMN "id" TYPE integer USING "id"::integer;
