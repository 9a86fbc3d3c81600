CREATE TABLE students (
  id int AUTO_INCREMENT PRIMARY KEY,
  code int NOT NULL
);
