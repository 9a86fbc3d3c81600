CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50),
  email varchar(200),
  visits integer NOT NULL DEFAULT 0
);
