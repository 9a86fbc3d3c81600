CREATE TABLE students (
  id integer PRIMARY KEY AUTOINCREMENT,
  class_id integer REFERENCES classes (id) ON DELETE CASCADE,
  name text NOT NULL COLLATE NOCASE,
  age integer CHECK (age > 0),
  UNIQUE (name, class_id)
);
CREATE TABLE classes (
  id integer PRIMARY KEY,
  monitor integer REFERENCES students (id)
);
CREATE INDEX by_age ON students (age) WHERE age > 5;
CREATE VIEW adults AS SELECT id, name FROM students WHERE age >= 18;
CREATE VIEW named_adults AS SELECT name FROM adults;
CREATE TRIGGER grow AFTER INSERT ON students BEGIN UPDATE students SET age = 1 WHERE id = NEW.id AND age IS NULL; END;
CREATE TRIGGER on_view INSTEAD OF INSERT ON adults BEGIN INSERT INTO students (name) VALUES (NEW.name); END;
INSERT INTO classes (id) VALUES (1);
INSERT INTO students (class_id, name, age) VALUES (1, 'Li', 20), (1, 'Wang', 7);
