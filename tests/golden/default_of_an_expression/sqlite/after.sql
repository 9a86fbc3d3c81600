CREATE TABLE students (
  id integer PRIMARY KEY,
  created_at text DEFAULT (strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'))
);
