-- migrate:up
-- drop foreign key of_class on students(class_id) -> classes
ALTER TABLE "students" DROP CONSTRAINT "of_class";

-- migrate:down
-- add foreign key of_class on students(class_id) -> classes
ALTER TABLE "students" ADD CONSTRAINT "of_class" FOREIGN KEY ("class_id") REFERENCES "classes" ("id");
