-- migrate:up
-- change column students.a: type integer -> character varying(20)
-- destroys what character varying(20) cannot hold of column students.a (integer)
ALTER TABLE "students" ALTER COLUMN "a" TYPE character varying(20) USING "a"::character varying(20);
-- change column students.b: type character varying(20) -> integer
-- destroys what integer cannot hold of column students.b (character varying(20))
ALTER TABLE "students" ALTER COLUMN "b" TYPE integer USING "b"::integer;

-- migrate:down
-- change column students.b: type integer -> character varying(20)
-- destroys what character varying(20) cannot hold of column students.b (integer)
ALTER TABLE "students" ALTER COLUMN "b" TYPE character varying(20) USING "b"::character varying(20);
-- change column students.a: type character varying(20) -> integer
-- destroys what integer cannot hold of column students.a (character varying(20))
ALTER TABLE "students" ALTER COLUMN "a" TYPE integer USING "a"::integer;
