-- rename: students.phone:mobile
CREATE TABLE students (id integer PRIMARY KEY, mobile text, note text);
CREATE TABLE log (id integer PRIMARY KEY, phone text);
CREATE TRIGGER own AFTER UPDATE OF mobile ON students BEGIN INSERT INTO log (phone) VALUES (NEW.mobile); END;
CREATE TRIGGER other AFTER INSERT ON log BEGIN UPDATE students SET mobile = NEW.phone WHERE students.mobile = 'x'; END;
CREATE TRIGGER third AFTER DELETE ON log BEGIN UPDATE students SET mobile = 'phone'; END;
CREATE TRIGGER quoted AFTER DELETE ON students BEGIN DELETE FROM log WHERE phone = OLD.mobile; END;
CREATE VIEW phones AS SELECT s.mobile AS phone, log.phone AS logged FROM students s, log;
