CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(200) NOT NULL,
  phone text,
  visits bigint NOT NULL DEFAULT 0
);
