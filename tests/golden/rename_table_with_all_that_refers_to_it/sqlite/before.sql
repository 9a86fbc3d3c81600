CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL
);
CREATE TABLE notes (
  id integer PRIMARY KEY,
  student_id integer NOT NULL,
  CONSTRAINT note_of FOREIGN KEY (student_id) REFERENCES students (id)
);
CREATE VIEW names AS SELECT name FROM students;
