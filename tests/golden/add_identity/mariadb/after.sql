CREATE TABLE students (
  id int AUTO_INCREMENT PRIMARY KEY,
  name text
);
