CREATE TABLE t (note integer NOT NULL, CHECK (note > 0));
