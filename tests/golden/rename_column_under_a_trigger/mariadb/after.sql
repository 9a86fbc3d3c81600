-- rename: students.visits:calls
CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50),
  calls integer NOT NULL DEFAULT 0
);
CREATE TRIGGER touch BEFORE UPDATE ON students FOR EACH ROW BEGIN SET NEW.calls = NEW.calls + 1; SET @done = 'a;b'; END;
