CREATE TABLE students (
  id integer PRIMARY KEY,
  class_id integer NOT NULL,
  note varchar(20) NOT NULL,
  head integer,
  KEY of_class (class_id, note),
  CONSTRAINT heads FOREIGN KEY (head) REFERENCES students (id)
);
