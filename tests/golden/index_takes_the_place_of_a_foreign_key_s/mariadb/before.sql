CREATE TABLE parts (
  id int NOT NULL,
  amount int NOT NULL,
  parent int,
  PRIMARY KEY (id),
  KEY by_amount (amount),
  CONSTRAINT parts_parent FOREIGN KEY (parent) REFERENCES parts (id)
);
