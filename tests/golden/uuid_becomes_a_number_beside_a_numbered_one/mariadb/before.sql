CREATE TABLE parts (
  code uuid NOT NULL
);
