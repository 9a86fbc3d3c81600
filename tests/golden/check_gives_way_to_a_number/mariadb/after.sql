-- rename: t.note:number
CREATE TABLE t (
  number integer NOT NULL AUTO_INCREMENT PRIMARY KEY,
  id integer NOT NULL,
  CHECK (id > 0)
);
