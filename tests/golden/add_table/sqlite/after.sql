CREATE TABLE students (
  id integer PRIMARY KEY AUTOINCREMENT,
  name varchar(100) NOT NULL,
  email varchar(200) UNIQUE,
  score numeric(5,2) NOT NULL DEFAULT 0,
  created_at text NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))
);
CREATE INDEX students_by_name ON students (name);
