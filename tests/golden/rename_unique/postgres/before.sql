CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50),
  CONSTRAINT one_phone UNIQUE (phone)
);
