CREATE TABLE students (
  id integer PRIMARY KEY,
  phone varchar(50)
);
CREATE VIEW phones AS SELECT id, phone FROM students WHERE phone <> 'phone';
