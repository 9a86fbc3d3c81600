CREATE TABLE people (id integer PRIMARY KEY, name text, age integer);
CREATE VIEW names AS SELECT id, age, name FROM people;
CREATE FUNCTION all_names() RETURNS SETOF names LANGUAGE sql AS $$ SELECT * FROM names $$;
CREATE VIEW again AS SELECT id, name FROM all_names();
