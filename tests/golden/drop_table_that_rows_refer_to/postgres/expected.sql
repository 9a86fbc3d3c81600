-- migrate:up
-- drop foreign key children_parent_fkey on children(parent) -> parents
ALTER TABLE "children" DROP CONSTRAINT "children_parent_fkey";
-- drop table parents
-- destroys table parents
DROP TABLE "parents";

-- migrate:down
-- add table parents
CREATE TABLE "parents" (
  "id" integer NOT NULL,
  CONSTRAINT "parents_pkey" PRIMARY KEY ("id")
);
-- add foreign key children_parent_fkey on children(parent) -> parents
ALTER TABLE "children" ADD CONSTRAINT "children_parent_fkey" FOREIGN KEY ("parent") REFERENCES "parents" ("id") NOT VALID;
DO $piton$
BEGIN
  ALTER TABLE "children" VALIDATE CONSTRAINT "children_parent_fkey";
EXCEPTION WHEN foreign_key_violation THEN
  RAISE WARNING 'rows of children refer to rows of parents that did not come back: "children_parent_fkey" holds for new rows alone';
END
$piton$;
