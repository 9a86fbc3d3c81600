CREATE TABLE parts (
  next int NOT NULL,
  amount int NOT NULL
);
