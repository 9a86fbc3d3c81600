CREATE TABLE students (
  id int AUTO_INCREMENT PRIMARY KEY,
  name varchar(100) NOT NULL
);
