CREATE TABLE students (
  id integer PRIMARY KEY,
  name varchar(50)
) ROW_FORMAT=DYNAMIC STATS_PERSISTENT=1;
