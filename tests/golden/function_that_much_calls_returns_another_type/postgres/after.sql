CREATE FUNCTION score(a integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT a::bigint $$;
CREATE FUNCTION twice(a integer DEFAULT score(1)) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT a * 2 $$;
CREATE TABLE games (
  points integer DEFAULT score(1),
  doubled integer DEFAULT twice(),
  total bigint GENERATED ALWAYS AS (score(points)) STORED,
  CHECK (score(points) > 0)
);
CREATE INDEX by_total ON games (total) WHERE score(points) > 3;
ALTER TABLE games ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON games USING (score(points) > 1);
CREATE VIEW scores AS SELECT score(points) AS score, total FROM games;
