-- rename: students.phone:mobile
CREATE TABLE classes (
  id integer PRIMARY KEY,
  title varchar(50) NOT NULL DEFAULT '',
  CONSTRAINT titles UNIQUE (title)
);
CREATE TABLE students (
  id integer PRIMARY KEY AUTOINCREMENT,
  name varchar(200) NOT NULL,
  class_id integer,
  mobile varchar(50) NOT NULL,
  email varchar(200),
  CONSTRAINT of_class FOREIGN KEY (class_id) REFERENCES classes (id) ON DELETE SET NULL,
  CONSTRAINT has_at CHECK (email LIKE '%@%')
);
CREATE TABLE letters (
  id integer PRIMARY KEY,
  body varchar(100)
);
CREATE INDEX by_mobile ON students (mobile);
CREATE VIEW phones AS SELECT mobile FROM students;
