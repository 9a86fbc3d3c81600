CREATE TABLE t (a boolean DEFAULT false, b text DEFAULT '1', c varchar(10) DEFAULT 'x', d integer DEFAULT 0, e text DEFAULT '{}');
