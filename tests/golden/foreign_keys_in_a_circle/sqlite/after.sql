CREATE TABLE classes (
  id integer PRIMARY KEY,
  best integer REFERENCES students (id)
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  class integer REFERENCES classes (id),
  friend integer REFERENCES students (id)
);
