-- migrate:up
-- add foreign key of_class on students(school, class) -> classes
ALTER TABLE "students" ADD CONSTRAINT "of_class" FOREIGN KEY ("school", "class") REFERENCES "classes" ("school", "number");

-- migrate:down
-- drop foreign key of_class on students(school, class) -> classes
ALTER TABLE "students" DROP CONSTRAINT "of_class";
