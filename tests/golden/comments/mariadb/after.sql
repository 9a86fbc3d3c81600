CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL COMMENT '姓名',
  phone varchar(50) COMMENT 'a\\b'
) COMMENT='it''s "them", all';
