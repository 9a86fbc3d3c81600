CREATE TABLE students (
  class integer NOT NULL,
  number integer NOT NULL,
  PRIMARY KEY (class, number)
);
