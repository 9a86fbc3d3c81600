CREATE TABLE classes (
  id bigint PRIMARY KEY
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  class_id bigint,
  CONSTRAINT of_class FOREIGN KEY (class_id) REFERENCES classes (id)
);
