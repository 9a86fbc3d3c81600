CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50) NOT NULL DEFAULT 'x' CHECK (name <> ''),
  code varchar(10) COLLATE utf8mb4_bin,
  mood enum('calm', 'loud'),
  settings json,
  bytes varbinary(10)
);
