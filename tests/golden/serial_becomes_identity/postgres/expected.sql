-- migrate:up
-- change column students.id: numbering
ALTER TABLE "students" ALTER COLUMN "id" DROP DEFAULT;
DROP SEQUENCE "students_id_seq";
ALTER TABLE "students" ALTER COLUMN "id" ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('"students"', 'id'), coalesce(max("id"), 0) + 1, false) FROM "students";

-- migrate:down
-- change column students.id: numbering
ALTER TABLE "students" ALTER COLUMN "id" DROP IDENTITY;
CREATE SEQUENCE "students_id_seq" AS integer;
ALTER TABLE "students" ALTER COLUMN "id" SET DEFAULT nextval('students_id_seq'::regclass);
ALTER SEQUENCE "students_id_seq" OWNED BY "students"."id";
SELECT setval('"students_id_seq"', coalesce(max("id"), 0) + 1, false) FROM "students";
