CREATE TABLE students (id integer PRIMARY KEY, phone text, note text);
CREATE TABLE log (id integer PRIMARY KEY, phone text);
CREATE TRIGGER own AFTER UPDATE OF phone ON students BEGIN INSERT INTO log (phone) VALUES (NEW.phone); END;
CREATE TRIGGER other AFTER INSERT ON log BEGIN UPDATE students SET phone = NEW.phone WHERE students.phone = 'x'; END;
CREATE TRIGGER third AFTER DELETE ON log BEGIN UPDATE students SET phone = 'phone'; END;
CREATE TRIGGER quoted AFTER DELETE ON students BEGIN DELETE FROM log WHERE phone = OLD."phone"; END;
CREATE VIEW phones AS SELECT s.phone AS phone, log.phone AS logged FROM students s, log;
