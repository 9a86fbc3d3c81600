CREATE TABLE zones (x bigint, y text);
CREATE TYPE spot AS (a integer, b bigint);
CREATE TABLE maps (id integer, centre zones, spots spot[] DEFAULT '{"(1,2)"}');
