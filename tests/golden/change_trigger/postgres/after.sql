CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50),
  visits integer NOT NULL DEFAULT 0
);
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.visits := NEW.visits + 2; RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE UPDATE OF name ON students FOR EACH ROW EXECUTE FUNCTION touched();
