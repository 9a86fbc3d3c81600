CREATE TABLE students (
  id integer PRIMARY KEY,
  email varchar(200),
  name varchar(100) NOT NULL,
  phone varchar(50)
);
