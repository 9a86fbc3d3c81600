CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(200) NOT NULL,
  visits bigint,
  price numeric(10,4)
);
