CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(100) NOT NULL,
  phone varchar(50)
);
CREATE VIEW named WITH (security_barrier=true, check_option=local) AS SELECT id, name FROM students;
COMMENT ON VIEW named IS 'all of them';
COMMENT ON COLUMN named.name IS 'who';
