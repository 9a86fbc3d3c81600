-- migrate:up
-- add sequence tickets
CREATE SEQUENCE "tickets" AS bigint INCREMENT BY 1 MINVALUE 10 MAXVALUE 9223372036854775807 START WITH 10 CACHE 1 NO CYCLE;
COMMENT ON SEQUENCE "tickets" IS 'of the fair';
-- change sequence bills
ALTER SEQUENCE "bills" AS integer INCREMENT BY 2 MINVALUE 1 MAXVALUE 1000 START WITH 7 CACHE 1 CYCLE;
-- drop sequence letters
-- destroys the position of sequence letters
DROP SEQUENCE "letters";

-- migrate:down
-- add sequence letters
CREATE SEQUENCE "letters" AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 NO CYCLE;
-- change sequence bills
ALTER SEQUENCE "bills" AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 5 CACHE 1 NO CYCLE;
-- drop sequence tickets
-- destroys the position of sequence tickets
DROP SEQUENCE "tickets";
