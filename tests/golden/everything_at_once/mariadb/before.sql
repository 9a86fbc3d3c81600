CREATE TABLE classes (
  id integer PRIMARY KEY,
  title varchar(50)
);
CREATE TABLE students (
  id int AUTO_INCREMENT PRIMARY KEY,
  name varchar(100) NOT NULL,
  class_id integer,
  phone varchar(50)
);
CREATE INDEX by_phone ON students (phone);
CREATE VIEW phones AS SELECT phone FROM students;
