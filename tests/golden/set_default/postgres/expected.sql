-- migrate:up
-- change column students.name: default 'it''s nobody'::character varying
ALTER TABLE "students" ALTER COLUMN "name" SET DEFAULT 'it''s nobody'::character varying;

-- migrate:down
-- change column students.name: no default
ALTER TABLE "students" ALTER COLUMN "name" DROP DEFAULT;
