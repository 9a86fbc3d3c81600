CREATE FUNCTION twice(n integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2::bigint $$;
CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql AS $$ SELECT n || n $$;
CREATE PROCEDURE clean() LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$;
