CREATE TABLE zones (x integer, y text);
CREATE TYPE spot AS (a integer, b integer);
CREATE TABLE maps (id integer, centre zones, spots spot[] DEFAULT '{"(1,2)"}');
INSERT INTO maps VALUES (1, '(1,a)', '{"(1,2)"}');
