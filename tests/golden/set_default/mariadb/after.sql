CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL DEFAULT 'it''s nobody',
  phone varchar(50)
);
