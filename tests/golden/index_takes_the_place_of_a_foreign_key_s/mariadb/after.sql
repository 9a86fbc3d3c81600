CREATE TABLE parts (
  id int NOT NULL,
  amount int NOT NULL,
  parent int,
  PRIMARY KEY (id),
  KEY by_amount (parent)
);
