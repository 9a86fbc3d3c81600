-- rename: students.phone:mobile
CREATE TABLE students (
  id integer PRIMARY KEY,
  mobile varchar(50)
);
CREATE VIEW phones AS SELECT id, mobile FROM students WHERE mobile <> 'mobile';
