CREATE TABLE other (a integer);
CREATE TABLE zones (x integer, y text);
CREATE TABLE maps (id integer, centre zones, corners zones[]);
