CREATE FUNCTION tax(a numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT a * 0.2 $$;
CREATE DOMAIN taxed AS numeric CHECK (tax(VALUE) > 0);
CREATE TABLE orders (
  price numeric DEFAULT tax(5),
  net taxed,
  owed numeric GENERATED ALWAYS AS (tax(price)) STORED,
  CONSTRAINT worth_it CHECK (tax(price) > 0)
);
CREATE INDEX by_tax ON orders (tax(price));
CREATE VIEW taxes AS SELECT tax(price) AS tax FROM orders;
