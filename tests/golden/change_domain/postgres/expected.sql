-- migrate:up
-- change domain age
ALTER DOMAIN "age" SET DEFAULT 7;
ALTER DOMAIN "age" SET NOT NULL;
ALTER DOMAIN "age" DROP CONSTRAINT "grown";
ALTER DOMAIN "age" ADD CONSTRAINT "grown" CHECK ((VALUE > 6));

-- migrate:down
-- change domain age
ALTER DOMAIN "age" DROP DEFAULT;
ALTER DOMAIN "age" DROP NOT NULL;
ALTER DOMAIN "age" DROP CONSTRAINT "grown";
ALTER DOMAIN "age" ADD CONSTRAINT "grown" CHECK ((VALUE > 5));
