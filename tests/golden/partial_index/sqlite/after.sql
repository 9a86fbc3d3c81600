CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
CREATE INDEX by_name ON students (name) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX once ON students (phone) WHERE id > 5;
