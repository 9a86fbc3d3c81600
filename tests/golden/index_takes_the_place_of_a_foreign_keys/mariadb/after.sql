CREATE TABLE classes (
  id integer PRIMARY KEY,
  name varchar(50)
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  class_id integer,
  KEY by_class (class_id DESC, id)
);
