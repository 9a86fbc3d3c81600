CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
CREATE UNIQUE INDEX by_name ON students (lower(name), id DESC);
