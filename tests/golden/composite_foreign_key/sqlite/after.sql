CREATE TABLE classes (
  school integer NOT NULL,
  number integer NOT NULL,
  PRIMARY KEY (school, number)
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  school integer,
  class integer,
  CONSTRAINT of_class FOREIGN KEY (school, class) REFERENCES classes (school, number)
);
