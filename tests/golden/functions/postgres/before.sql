CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS $$ SELECT n * 2 $$;
CREATE FUNCTION shout(said text) RETURNS text LANGUAGE sql AS 'SELECT upper(said)';
