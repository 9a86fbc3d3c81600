CREATE TABLE students (
  id int AUTO_INCREMENT PRIMARY KEY,
  name varchar(100) NOT NULL
);
CREATE TABLE notes (
  id int PRIMARY KEY,
  student_id int NOT NULL,
  note varchar(50),
  CONSTRAINT notes_student FOREIGN KEY (student_id) REFERENCES students (id)
);
CREATE INDEX notes_by_note ON notes (note);
