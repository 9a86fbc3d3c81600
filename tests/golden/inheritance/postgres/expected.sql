-- people.name needs a value in the rows that are there
-- migrate:up
-- add column people.born
ALTER TABLE "people" ADD COLUMN "born" date;
-- change column people.id: type integer -> bigint
ALTER TABLE "people" ALTER COLUMN "id" TYPE bigint USING "id"::bigint;
-- change column people.name: not null
ALTER TABLE "people" ALTER COLUMN "name" SET NOT NULL;
-- change column students.class: type text -> character varying(50)
-- destroys what character varying(50) cannot hold of column students.class (text)
ALTER TABLE "students" ALTER COLUMN "class" TYPE character varying(50) USING "class"::character varying(50);

-- migrate:down
-- change column students.class: type character varying(50) -> text
ALTER TABLE "students" ALTER COLUMN "class" TYPE text USING "class"::text;
-- change column people.name: nullable
ALTER TABLE "people" ALTER COLUMN "name" DROP NOT NULL;
-- change column people.id: type bigint -> integer
-- destroys what integer cannot hold of column people.id (bigint)
ALTER TABLE "people" ALTER COLUMN "id" TYPE integer USING "id"::integer;
-- drop column people.born
-- destroys column people.born
ALTER TABLE "people" DROP COLUMN "born";
