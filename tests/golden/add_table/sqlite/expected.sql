-- migrate:up
-- add table students
CREATE TABLE "students" (
  "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  "name" varchar(100) NOT NULL,
  "email" varchar(200),
  "score" numeric(5,2) NOT NULL DEFAULT 0,
  "created_at" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')),
  UNIQUE ("email")
);
CREATE INDEX "students_by_name" ON "students" ("name");

-- migrate:down
-- drop table students
-- destroys table students
DROP TABLE "students";
