CREATE TABLE notes (
  number int NOT NULL AUTO_INCREMENT,
  body int NOT NULL,
  PRIMARY KEY (number)
);
