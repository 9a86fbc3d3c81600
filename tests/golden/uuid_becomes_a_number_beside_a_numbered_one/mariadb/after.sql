CREATE TABLE parts (
  number int NOT NULL AUTO_INCREMENT,
  code int NOT NULL,
  PRIMARY KEY (number)
);
