CREATE TABLE students (
  class integer NOT NULL,
  number integer,
  PRIMARY KEY (class)
);
