CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
COMMENT ON TABLE students IS 'it''s "them"; all';
COMMENT ON COLUMN students.name IS '姓名';
COMMENT ON COLUMN students.phone IS 'a\b';
