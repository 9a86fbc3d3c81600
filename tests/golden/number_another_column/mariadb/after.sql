CREATE TABLE students (
  id int PRIMARY KEY,
  code int NOT NULL AUTO_INCREMENT,
  KEY by_code (code)
);
