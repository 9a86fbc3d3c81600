CREATE SCHEMA "My ""App""";
CREATE TYPE "My ""App"""."a;b" AS ENUM ('x;y', '--');
CREATE TABLE "My ""App"""."T" (id serial, "kind" "My ""App"""."a;b"[] );
CREATE SEQUENCE "My ""App"""."S;" INCREMENT 3;
