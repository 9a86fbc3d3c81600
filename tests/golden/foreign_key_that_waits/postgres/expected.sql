-- migrate:up
-- change foreign key of_class on students(class_id) -> classes
ALTER TABLE "students" ALTER CONSTRAINT "of_class" DEFERRABLE INITIALLY DEFERRED;

-- migrate:down
-- change foreign key of_class on students(class_id) -> classes
ALTER TABLE "students" ALTER CONSTRAINT "of_class" NOT DEFERRABLE;
