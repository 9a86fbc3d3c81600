CREATE FUNCTION next_code() RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE TABLE students (
  id integer PRIMARY KEY,
  code text DEFAULT next_code()
);
