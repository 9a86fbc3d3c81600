-- migrate:up
-- drop trigger touch on students
DROP TRIGGER "touch" ON "students";
-- change column students.name: type character varying(50) -> character varying(20)
-- destroys what character varying(20) cannot hold of column students.name (character varying(50))
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(20);
-- change column students.visits: type integer -> bigint
ALTER TABLE "students"
  ALTER COLUMN "visits" DROP DEFAULT,
  ALTER COLUMN "visits" TYPE bigint USING "visits"::bigint,
  ALTER COLUMN "visits" SET DEFAULT 0;
-- add trigger touch on students
CREATE TRIGGER touch BEFORE UPDATE OF name ON students FOR EACH ROW EXECUTE FUNCTION touched();

-- migrate:down
-- drop trigger touch on students
DROP TRIGGER "touch" ON "students";
-- change column students.visits: type bigint -> integer
-- destroys what integer cannot hold of column students.visits (bigint)
ALTER TABLE "students"
  ALTER COLUMN "visits" DROP DEFAULT,
  ALTER COLUMN "visits" TYPE integer USING "visits"::integer,
  ALTER COLUMN "visits" SET DEFAULT 0;
-- change column students.name: type character varying(20) -> character varying(50)
ALTER TABLE "students" ALTER COLUMN "name" TYPE character varying(50);
-- add trigger touch on students
CREATE TRIGGER touch BEFORE UPDATE OF name ON students FOR EACH ROW EXECUTE FUNCTION touched();
