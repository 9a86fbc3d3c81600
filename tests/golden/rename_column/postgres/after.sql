-- rename: students.phone:mobile
CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  mobile varchar(50)
);
CREATE INDEX students_by_phone ON students (mobile);
