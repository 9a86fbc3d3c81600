CREATE TABLE notes (
  body json NOT NULL
);
