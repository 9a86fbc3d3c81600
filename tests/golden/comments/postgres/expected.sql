-- migrate:up
-- change column students.name: comment
COMMENT ON COLUMN "students"."name" IS '姓名';
-- change column students.phone: comment
COMMENT ON COLUMN "students"."phone" IS E'a\\b';
-- change comment of table students
COMMENT ON TABLE "students" IS 'it''s "them"; all';

-- migrate:down
-- change comment of table students
COMMENT ON TABLE "students" IS NULL;
-- change column students.phone: comment
COMMENT ON COLUMN "students"."phone" IS 'old';
-- change column students.name: comment
COMMENT ON COLUMN "students"."name" IS NULL;
