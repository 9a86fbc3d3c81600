CREATE TABLE parts (
  number bigint NOT NULL,
  place int NOT NULL,
  next int GENERATED ALWAYS AS (place + 1) VIRTUAL,
  PRIMARY KEY (number, place)
);
