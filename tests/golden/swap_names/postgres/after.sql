-- no renames
CREATE TABLE students (
  id integer PRIMARY KEY,
  b integer,
  a varchar(20)
);
