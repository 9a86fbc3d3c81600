CREATE TYPE size AS ENUM ('small', 'large');
CREATE TABLE students (
  id integer PRIMARY KEY,
  size size DEFAULT 'small'
);
