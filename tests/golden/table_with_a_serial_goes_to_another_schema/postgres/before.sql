CREATE TABLE students (
  number serial,
  name text,
  PRIMARY KEY (number)
);
