-- rename: students:school.students
CREATE SCHEMA school;
CREATE TABLE school.students (
  name text
);
