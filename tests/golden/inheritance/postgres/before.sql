CREATE TABLE people (id integer, name text);
CREATE TABLE students (class text) INHERITS (people);
