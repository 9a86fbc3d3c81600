CREATE SCHEMA "My ""App""";
CREATE TYPE "My ""App"""."a;b" AS ENUM ('x;y', 'it''s', '--');
CREATE TABLE "My ""App"""."T" (id integer, "kind" "My ""App"""."a;b" DEFAULT 'x;y');
CREATE SEQUENCE "My ""App"""."S;";
