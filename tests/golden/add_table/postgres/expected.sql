-- migrate:up
-- add table students
CREATE TABLE "students" (
  "id" integer GENERATED ALWAYS AS IDENTITY,
  "name" character varying(100) NOT NULL,
  "email" character varying(200),
  "score" numeric(5,2) DEFAULT 0 NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "students_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "students_email_key" UNIQUE ("email")
);
CREATE INDEX "students_by_name" ON "students" ("name");

-- migrate:down
-- drop table students
-- destroys table students
DROP TABLE "students";
