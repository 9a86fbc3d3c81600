CREATE TABLE t (
  depth integer NOT NULL,
  below integer GENERATED ALWAYS AS (depth + 1) VIRTUAL,
  above integer GENERATED ALWAYS AS (depth - 1) STORED,
  beside integer GENERATED ALWAYS AS (depth + 2) VIRTUAL
);
