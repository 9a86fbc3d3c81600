CREATE TABLE a (
  number integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id integer NOT NULL,
  amount integer NOT NULL,
  KEY of_a (id)
);
