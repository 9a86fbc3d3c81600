CREATE TABLE students (
  id integer PRIMARY KEY,
  class_id integer NOT NULL,
  note text NOT NULL,
  head integer,
  KEY classes (class_id),
  CONSTRAINT heads FOREIGN KEY (head) REFERENCES students (id)
);
