CREATE TABLE students (
  id integer NOT NULL,
  code integer NOT NULL,
  PRIMARY KEY (code),
  CONSTRAINT id_once UNIQUE (id)
);
CREATE TABLE notes (
  id integer PRIMARY KEY,
  student integer,
  CONSTRAINT note_of FOREIGN KEY (student) REFERENCES students (id)
);
