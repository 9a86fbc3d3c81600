CREATE TABLE students (
  id integer NOT NULL,
  name varchar(50),
  PRIMARY KEY (id)
);
