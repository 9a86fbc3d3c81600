CREATE TABLE students (
  id integer PRIMARY KEY,
  name text,
  tags text[],
  extra jsonb
);
CREATE INDEX by_tags ON students USING gin (tags);
CREATE INDEX by_extra ON students USING gin (extra jsonb_path_ops);
CREATE INDEX by_name ON students (name text_pattern_ops DESC NULLS LAST) INCLUDE (id) WITH (fillfactor='70');
COMMENT ON INDEX by_name IS 'it''s for LIKE';
