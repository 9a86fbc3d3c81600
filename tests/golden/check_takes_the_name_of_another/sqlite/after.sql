CREATE TABLE t (id integer NOT NULL, CHECK (id > 3), CONSTRAINT high CHECK (id > 4));
