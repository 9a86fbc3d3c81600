CREATE FUNCTION sane(a integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a > 0 $$;
CREATE TABLE t (a integer CHECK (sane(a)));
