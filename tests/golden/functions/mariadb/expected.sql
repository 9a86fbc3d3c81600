-- migrate:up
-- add procedure clean()
CREATE PROCEDURE `clean`()
BEGIN SELECT 1; END;
-- change function twice(`n` int(11))
DROP FUNCTION `twice`;
CREATE FUNCTION `twice`(`n` int(11))
RETURNS bigint(20)
DETERMINISTIC
BEGIN DECLARE m bigint; SET m = n; RETURN m * 2; END;

-- migrate:down
-- change function twice(`n` int(11))
DROP FUNCTION `twice`;
CREATE FUNCTION `twice`(`n` int(11))
RETURNS int(11)
DETERMINISTIC
RETURN n * 2;
-- drop procedure clean()
DROP PROCEDURE `clean`;
