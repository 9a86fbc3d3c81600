-- migrate:up
-- add sequence tickets
CREATE SEQUENCE `tickets` START WITH 10 MINVALUE 10 MAXVALUE 9223372036854775806 INCREMENT BY 1 CACHE 1000 NOCYCLE;
-- change sequence bills
ALTER SEQUENCE `bills` START WITH 7 MINVALUE 1 MAXVALUE 1000 INCREMENT BY 2 CACHE 1000 CYCLE;
-- drop sequence letters
-- destroys the position of sequence letters
DROP SEQUENCE `letters`;

-- migrate:down
-- add sequence letters
CREATE SEQUENCE `letters` START WITH 1 MINVALUE 1 MAXVALUE 9223372036854775806 INCREMENT BY 1 CACHE 1000 NOCYCLE;
-- change sequence bills
ALTER SEQUENCE `bills` START WITH 5 MINVALUE 1 MAXVALUE 9223372036854775806 INCREMENT BY 1 CACHE 1000 NOCYCLE;
-- drop sequence tickets
-- destroys the position of sequence tickets
DROP SEQUENCE `tickets`;
