CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50),
  visits integer NOT NULL DEFAULT 0
);
CREATE TRIGGER touch BEFORE UPDATE ON students FOR EACH ROW BEGIN SET NEW.visits = NEW.visits + 1; SET @done = 'a;b'; END;
