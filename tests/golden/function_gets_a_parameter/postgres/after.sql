CREATE FUNCTION sane(a integer, floor integer DEFAULT 0) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT a > floor $$;
CREATE TABLE t (a integer CHECK (sane(a)));
