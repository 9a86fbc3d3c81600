CREATE TABLE t (
  depth uuid NOT NULL,
  below integer,
  above integer,
  word varchar(40) GENERATED ALWAYS AS (concat(depth, '')) VIRTUAL
);
-- no renames
