-- migrate:up
-- rename table students to pupils
RENAME TABLE `students` TO `pupils`;

-- migrate:down
-- rename table pupils to students
RENAME TABLE `pupils` TO `students`;
