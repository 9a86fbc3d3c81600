CREATE FUNCTION plus(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT $1 + $2 $$;
CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer, INITCOND = '0');
CREATE TABLE t (a integer);
CREATE VIEW totals AS SELECT total(a) AS total FROM t;
