-- students.years needs a value in the rows that are there
-- migrate:up
-- rename column students.age to years
ALTER TABLE "students" RENAME COLUMN "age" TO "years";
-- drop check grown on students((years > 5))
ALTER TABLE "students" DROP CONSTRAINT "grown";
-- change column students.years: type integer -> bigint, not null, default 6
ALTER TABLE "students"
  ALTER COLUMN "years" TYPE bigint USING "years"::bigint,
  ALTER COLUMN "years" SET DEFAULT 6,
  ALTER COLUMN "years" SET NOT NULL;
-- add check grown on students((years > 4))
ALTER TABLE "students" ADD CONSTRAINT "grown" CHECK ((years > 4));

-- migrate:down
-- drop check grown on students((years > 4))
ALTER TABLE "students" DROP CONSTRAINT "grown";
-- change column students.years: type bigint -> integer, nullable, no default
-- destroys what integer cannot hold of column students.years (bigint)
ALTER TABLE "students"
  ALTER COLUMN "years" DROP DEFAULT,
  ALTER COLUMN "years" TYPE integer USING "years"::integer,
  ALTER COLUMN "years" DROP NOT NULL;
-- add check grown on students((years > 5))
ALTER TABLE "students" ADD CONSTRAINT "grown" CHECK ((years > 5));
-- rename column students.years to age
ALTER TABLE "students" RENAME COLUMN "years" TO "age";
