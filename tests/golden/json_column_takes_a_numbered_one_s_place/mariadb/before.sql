CREATE TABLE notes (
  number int NOT NULL AUTO_INCREMENT,
  PRIMARY KEY (number)
);
