CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
CREATE SQL SECURITY INVOKER VIEW named AS SELECT id, name FROM students WHERE id > 1 WITH CASCADED CHECK OPTION;
