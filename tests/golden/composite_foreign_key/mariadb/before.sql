CREATE TABLE classes (
  school integer NOT NULL,
  number integer NOT NULL,
  PRIMARY KEY (school, number)
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  school integer,
  class integer
);
