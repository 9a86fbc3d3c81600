-- migrate:up
-- add table students
CREATE TABLE "students" (
  "id" integer NOT NULL,
  "class" integer,
  "friend" integer,
  CONSTRAINT "students_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "of_friend" FOREIGN KEY ("friend") REFERENCES "students" ("id")
);
-- add table classes
CREATE TABLE "classes" (
  "id" integer NOT NULL,
  "best" integer,
  CONSTRAINT "classes_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "of_best" FOREIGN KEY ("best") REFERENCES "students" ("id")
);
-- add foreign key of_class on students(class) -> classes
ALTER TABLE "students" ADD CONSTRAINT "of_class" FOREIGN KEY ("class") REFERENCES "classes" ("id");

-- migrate:down
-- drop foreign key of_class on students(class) -> classes
ALTER TABLE "students" DROP CONSTRAINT "of_class";
-- drop table classes
-- destroys table classes
DROP TABLE "classes";
-- drop table students
-- destroys table students
DROP TABLE "students";
