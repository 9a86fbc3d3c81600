-- migrate:up
-- drop view taxes
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"taxes"'),
    ('FUNCTION', 'FUNCTION', '"tax"(numeric)')) AS o(kind, word, name),
  LATERAL (
    SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT proowner, proacl, '' FROM pg_proc
      WHERE oid = to_regprocedure(CASE WHEN word <> 'TABLE' THEN name END)
  ) AS a(owner, acl, part),
  LATERAL (
    SELECT 1, format('ALTER %s %s OWNER TO %s', kind, name, owner::regrole)
      WHERE part = '' AND owner <> current_user::regrole
    UNION ALL SELECT 2, format('REVOKE ALL ON %s %s FROM PUBLIC, %s', word, name, owner::regrole)
      WHERE part = '' AND acl IS NOT NULL
    UNION ALL SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', privilege_type, part, word, name,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM aclexplode(acl)
  ) AS s(place, said);
DROP VIEW "taxes";
-- drop check worth_it on orders((tax(price) > (0)::numeric))
ALTER TABLE "orders" DROP CONSTRAINT "worth_it";
-- drop index by_tax on orders
DROP INDEX "by_tax";
-- drop column orders.owed
ALTER TABLE "orders" DROP COLUMN "owed";
-- change column orders.price: no default
ALTER TABLE "orders" ALTER COLUMN "price" DROP DEFAULT;
-- change domain taxed
ALTER DOMAIN "taxed" DROP CONSTRAINT "taxed_check";
-- drop function tax(numeric)
DROP FUNCTION "tax"(numeric);
-- add function tax(numeric)
CREATE OR REPLACE FUNCTION tax(price numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT price * 0.2 $function$;
-- change domain taxed
ALTER DOMAIN "taxed" ADD CONSTRAINT "taxed_check" CHECK ((tax(VALUE) > (0)::numeric));
-- change column orders.price: default tax((5)::numeric)
ALTER TABLE "orders" ALTER COLUMN "price" SET DEFAULT tax((5)::numeric);
-- add column orders.owed
ALTER TABLE "orders" ADD COLUMN "owed" numeric GENERATED ALWAYS AS (tax(price)) STORED;
-- add index by_tax on orders
CREATE INDEX "by_tax" ON "orders" ((tax(price)));
-- add check worth_it on orders((tax(price) > (0)::numeric))
ALTER TABLE "orders" ADD CONSTRAINT "worth_it" CHECK ((tax(price) > (0)::numeric));
-- add view taxes
CREATE VIEW "taxes" AS
SELECT tax(orders.price) AS tax
   FROM orders;
DO $piton$
DECLARE
  said text;
BEGIN
  FOR said IN SELECT json_array_elements_text(current_setting('piton.kept')::json) LOOP
    BEGIN
      EXECUTE said;
    EXCEPTION WHEN undefined_column THEN NULL;
    END;
  END LOOP;
END
$piton$;

-- migrate:down
-- drop view taxes
SELECT /* owners and privileges, given back below */
  set_config('piton.kept', coalesce(json_agg(said ORDER BY place), '[]')::text, true)
FROM (VALUES
    ('VIEW', 'TABLE', '"taxes"'),
    ('FUNCTION', 'FUNCTION', '"tax"(numeric)')) AS o(kind, word, name),
  LATERAL (
    SELECT relowner, relacl, '' FROM pg_class
      WHERE oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT relowner, attacl, ' (' || quote_ident(attname) || ')'
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND attacl IS NOT NULL
      WHERE c.oid = to_regclass(CASE word WHEN 'TABLE' THEN name END)
    UNION ALL SELECT proowner, proacl, '' FROM pg_proc
      WHERE oid = to_regprocedure(CASE WHEN word <> 'TABLE' THEN name END)
  ) AS a(owner, acl, part),
  LATERAL (
    SELECT 1, format('ALTER %s %s OWNER TO %s', kind, name, owner::regrole)
      WHERE part = '' AND owner <> current_user::regrole
    UNION ALL SELECT 2, format('REVOKE ALL ON %s %s FROM PUBLIC, %s', word, name, owner::regrole)
      WHERE part = '' AND acl IS NOT NULL
    UNION ALL SELECT 3, format('GRANT %s%s ON %s %s TO %s%s', privilege_type, part, word, name,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END,
      CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM aclexplode(acl)
  ) AS s(place, said);
DROP VIEW "taxes";
-- drop check worth_it on orders((tax(price) > (0)::numeric))
ALTER TABLE "orders" DROP CONSTRAINT "worth_it";
-- drop index by_tax on orders
DROP INDEX "by_tax";
-- drop column orders.owed
ALTER TABLE "orders" DROP COLUMN "owed";
-- change column orders.price: no default
ALTER TABLE "orders" ALTER COLUMN "price" DROP DEFAULT;
-- change domain taxed
ALTER DOMAIN "taxed" DROP CONSTRAINT "taxed_check";
-- drop function tax(numeric)
DROP FUNCTION "tax"(numeric);
-- add function tax(numeric)
CREATE OR REPLACE FUNCTION tax(a numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE
AS $function$ SELECT a * 0.2 $function$;
-- change domain taxed
ALTER DOMAIN "taxed" ADD CONSTRAINT "taxed_check" CHECK ((tax(VALUE) > (0)::numeric));
-- change column orders.price: default tax((5)::numeric)
ALTER TABLE "orders" ALTER COLUMN "price" SET DEFAULT tax((5)::numeric);
-- add column orders.owed
ALTER TABLE "orders" ADD COLUMN "owed" numeric GENERATED ALWAYS AS (tax(price)) STORED;
-- add index by_tax on orders
CREATE INDEX "by_tax" ON "orders" ((tax(price)));
-- add check worth_it on orders((tax(price) > (0)::numeric))
ALTER TABLE "orders" ADD CONSTRAINT "worth_it" CHECK ((tax(price) > (0)::numeric));
-- add view taxes
CREATE VIEW "taxes" AS
SELECT tax(orders.price) AS tax
   FROM orders;
DO $piton$
DECLARE
  said text;
BEGIN
  FOR said IN SELECT json_array_elements_text(current_setting('piton.kept')::json) LOOP
    BEGIN
      EXECUTE said;
    EXCEPTION WHEN undefined_column THEN NULL;
    END;
  END LOOP;
END
$piton$;
