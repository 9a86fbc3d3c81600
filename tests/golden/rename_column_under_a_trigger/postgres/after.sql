-- rename: students.visits:calls
CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50),
  calls integer NOT NULL DEFAULT 0
);
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.calls := NEW.calls + 1; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE OF name ON students FOR EACH ROW EXECUTE FUNCTION touched();
