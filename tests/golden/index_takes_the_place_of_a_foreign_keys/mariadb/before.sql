CREATE TABLE classes (
  id integer PRIMARY KEY,
  name varchar(50)
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  class_id integer,
  CONSTRAINT of_class FOREIGN KEY (class_id) REFERENCES classes (id)
);
