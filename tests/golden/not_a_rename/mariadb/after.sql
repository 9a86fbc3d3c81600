-- no renames
CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  mobile varchar(50)
);
