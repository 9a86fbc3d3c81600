CREATE TABLE classes (
  id integer PRIMARY KEY,
  best integer
);
CREATE TABLE students (
  id integer PRIMARY KEY,
  class integer,
  friend integer,
  CONSTRAINT of_class FOREIGN KEY (class) REFERENCES classes (id),
  CONSTRAINT of_friend FOREIGN KEY (friend) REFERENCES students (id)
);
ALTER TABLE classes ADD CONSTRAINT of_best FOREIGN KEY (best) REFERENCES students (id);
