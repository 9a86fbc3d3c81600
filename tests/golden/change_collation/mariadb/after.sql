CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50) COLLATE utf8mb4_bin
);
