CREATE TABLE parts (
  number int NOT NULL AUTO_INCREMENT,
  next int NOT NULL,
  PRIMARY KEY (number)
);
