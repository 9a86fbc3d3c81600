CREATE TABLE people (id bigint, name text NOT NULL, born date);
CREATE TABLE students (class varchar(50)) INHERITS (people);
