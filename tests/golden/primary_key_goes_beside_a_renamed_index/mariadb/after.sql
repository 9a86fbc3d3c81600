-- rename: a:b
CREATE TABLE b (id integer NOT NULL, amount integer NOT NULL, KEY of_b (id));
