CREATE TABLE students (
  id integer PRIMARY KEY,
  code varchar(20) DEFAULT '0',
  born text
);
