CREATE TABLE students (
  id integer NOT NULL,
  code integer NOT NULL,
  PRIMARY KEY (id),
  CONSTRAINT code_once UNIQUE (code)
);
CREATE TABLE notes (
  id integer PRIMARY KEY,
  student integer,
  CONSTRAINT note_of FOREIGN KEY (student) REFERENCES students (id)
);
