CREATE SEQUENCE tickets START WITH 5;
CREATE TABLE visitors (
  id integer PRIMARY KEY,
  ticket bigint NOT NULL DEFAULT nextval(tickets)
);
