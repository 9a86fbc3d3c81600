-- migrate:up
-- rename table students to pupils
ALTER TABLE "students" RENAME TO "pupils";

-- migrate:down
-- rename table pupils to students
ALTER TABLE "pupils" RENAME TO "students";
