-- migrate:up
-- add domain email
CREATE DOMAIN "email" AS text COLLATE "C"
  DEFAULT '@'::text
  NOT NULL
  CONSTRAINT "has_at" CHECK ((VALUE ~~ '%@%'::text));
-- add table students
CREATE TABLE "students" (
  "id" integer NOT NULL,
  "email" email,
  CONSTRAINT "students_pkey" PRIMARY KEY ("id")
);

-- migrate:down
-- drop table students
-- destroys table students
DROP TABLE "students";
-- drop domain email
DROP DOMAIN "email";
