CREATE TABLE t (id integer NOT NULL, CHECK (id > 0), CONSTRAINT high CHECK (id > 3));
