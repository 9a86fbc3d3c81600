CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  visits integer,
  price numeric(8,2)
);
