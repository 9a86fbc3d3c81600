CREATE TABLE parts (
  number bigint NOT NULL AUTO_INCREMENT,
  next int GENERATED ALWAYS AS (number + 1) VIRTUAL,
  PRIMARY KEY (number)
);
