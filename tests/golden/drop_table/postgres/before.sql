CREATE TABLE students (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name varchar(100) NOT NULL
);
CREATE TABLE notes (
  id integer PRIMARY KEY,
  student_id integer NOT NULL REFERENCES students (id),
  note varchar(50)
);
CREATE INDEX notes_by_note ON notes (note);
