//! MySQL and MariaDB.

use super::*;

const MY: Dialect = Dialect::Mysql;
const MARIA: Dialect = Dialect::Mariadb;

#[track_caller]
fn check_both(body: &str, expect: &[&str]) {
    check(MY, body, expect);
    check(MARIA, body, expect);
}

#[test]
fn strings_know_backslashes_and_backticks_quote() {
    for body in [
        r"SELECT 'a\';', 1",
        r#"SELECT "a\";", 1"#,
        r"SELECT '\\', ';'",
        r"SELECT `a;``b\`, ';'",
        "SELECT _utf8mb4'a;', N'b;', x'4D;'",
        "CREATE USER `a;`@'%;'",
    ] {
        check_one(MY, body);
        check_one(MARIA, body);
    }
    check_error(
        MY,
        r"SELECT 'a\';",
        "line 1, column 8: the ' that begins here is never closed",
    );
    check_error(
        MY,
        "SELECT `a;",
        "line 1, column 8: the ` that begins here is never closed",
    );
    check_error(
        MY,
        "SELECT 'a\\",
        "line 1, column 8: the ' that begins here is never closed",
    );
}

#[test]
fn comments_are_those_of_mysql() {
    check_both("# a; b\nSELECT 1 # c; 'd\n;2", &["SELECT 1", "2"]);
    check_both("SELECT 1--1;2", &["SELECT 1--1", "2"]);
    check_both("SELECT 1 --;\n;2", &["SELECT 1 --", "2"]);
    check_both("SELECT 1 -- ;\n;2", &["SELECT 1", "2"]);
    check_both("--x;'\n-----\nSELECT 1;--y", &["SELECT 1"]);
    check_both("--\n--\tx\nSELECT 1;--", &["SELECT 1"]);
    check_both("/* a /* b */ SELECT 1;", &["SELECT 1"]);
    check_both(
        "SELECT /*+ NO_ICP(t) ; */ 1;2",
        &["SELECT /*+ NO_ICP(t) ; */ 1", "2"],
    );
    check_both("SELECT $$;$$", &["SELECT $$", "$$"]);
    check_both("SELECT (1;2", &["SELECT (1", "2"]);
}

#[test]
fn comments_that_are_run_are_statements() {
    check_both(
        "/*!40101 SET NAMES utf8 */;\n/*!40014 SET a=';' */;",
        &["/*!40101 SET NAMES utf8 */", "/*!40014 SET a=';' */"],
    );
    check_both(
        "SELECT 1 /*! , 2; */, 3;4",
        &["SELECT 1 /*! , 2; */, 3", "4"],
    );
    check_both(
        "/*! SELECT '*/' /* ; */ */;2",
        &["/*! SELECT '*/' /* ; */ */", "2"],
    );
    check(
        MARIA,
        "/*M!100100 SET @a=1 */;2",
        &["/*M!100100 SET @a=1 */", "2"],
    );
    check(MY, "/*M!100100 SET @a=1 */;2", &["2"]);
    let conditional = |body: &str| statements(MARIA, body)[0].conditional;
    assert!(conditional("/*!80000 SET @a=1 */;"));
    assert!(conditional("/*!80000 SET @a=1 */ /*! */ -- x"));
    assert!(!conditional("/*!50003 CREATE*/ TABLE t (a int)"));
    assert!(!conditional("SELECT 1 /*!80000 , 2 */"));
    check_error(
        MY,
        "SELECT 1;\n/*!40101 SET x;",
        "line 2, column 1: the /*! that begins here is never closed",
    );
}

#[test]
fn delimiter_lines_are_obeyed_and_vanish() {
    check_both(
        "DELIMITER //\nCREATE PROCEDURE p()\nBEGIN\n SELECT '//'; -- //\nEND//\nSELECT 1 //\ndelimiter ;\nSELECT 2;",
        &[
            "CREATE PROCEDURE p()\nBEGIN\n SELECT '//'; -- //\nEND",
            "SELECT 1",
            "SELECT 2",
        ],
    );
    check_both(
        "DELIMITER $$\nSELECT a;b$$SELECT 2$$\n",
        &["SELECT a;b", "SELECT 2"],
    );
    check_both(
        "  DELIMITER ';;' \r\nSELECT 1; 2;;\r\nDELIMITER ;\r\n3;",
        &["SELECT 1; 2", "3"],
    );
    check_both("DELIMITER 添\nSELECT 加;添X", &["SELECT 加;", "X"]);
    check_both("DELIMITER //\nSELECT 1", &["SELECT 1"]);
    // mysqldump's way to write a trigger.
    check_both(
        "DELIMITER ;;\n/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN\n SET NEW.a = 1; END */;;\nDELIMITER ;\n",
        &[
            "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON x FOR EACH ROW BEGIN\n SET NEW.a = 1; END */",
        ],
    );
    let refused =
        "line 2, column 1: DELIMITER needs a delimiter of 1 to 15 characters, without a backslash";
    for line in [
        "DELIMITER",
        "DELIMITER ",
        "DELIMITER \\\\",
        "DELIMITER 1234567890123456",
        "DELIMITER ''",
    ] {
        check_error(MY, &format!("SELECT 1;\n{line}\nx"), refused);
    }
    check_both("SELECT delimiter;X", &["SELECT delimiter", "X"]);
}

#[test]
fn compound_bodies_are_one_statement_without_delimiter() {
    for body in [
        "CREATE PROCEDURE p() BEGIN END",
        "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
        "CREATE DEFINER=`root`@`%` PROCEDURE IF NOT EXISTS a.p(IN x varchar(20), OUT y int)\nCOMMENT 'a;b' SQL SECURITY INVOKER\nBEGIN SELECT 1; END",
        "CREATE DEFINER=CURRENT_USER() FUNCTION f() RETURNS varchar(20) CHARACTER SET utf8mb4 DETERMINISTIC BEGIN RETURN 'x;'; END",
        "CREATE OR REPLACE AGGREGATE FUNCTION f(x int) RETURNS int BEGIN RETURN 1; END",
        "CREATE FUNCTION f() RETURNS SET('a','b') NO SQL BEGIN RETURN 'a'; END",
        "CREATE PROCEDURE p() main: BEGIN LEAVE main; END main",
        "CREATE PROCEDURE p() `m`: BEGIN `n`: BEGIN LEAVE `n`; END `n`; END `m`",
        "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; ELSEIF b THEN SELECT 2; ELSE SELECT 3; END IF; END",
        "CREATE PROCEDURE p() BEGIN IF a THEN BEGIN END; END IF; IF(b) THEN SELECT IF(a, 1, 2); END IF; END",
        "CREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; ELSE IF b THEN SELECT 2; END IF; END IF; END",
        "CREATE PROCEDURE p() BEGIN CASE x WHEN 1 THEN SELECT 1; WHEN 2 THEN BEGIN END; ELSE SELECT 3; END CASE; END",
        "CREATE PROCEDURE p() BEGIN CASE WHEN CASE a WHEN 1 THEN 2 END = 2 THEN SELECT CASE 1 WHEN 1 THEN 2 ELSE 3 END; END CASE; END",
        "CREATE PROCEDURE p() BEGIN SET x = (CASE WHEN a THEN b ELSE c END); SELECT 1; END",
        "CREATE PROCEDURE p() BEGIN a: LOOP b: WHILE x DO REPEAT SET x = 1; UNTIL x END REPEAT; END WHILE b; LEAVE a; END LOOP a; END",
        "CREATE PROCEDURE p() BEGIN REPEAT SELECT REPEAT('a', 2); UNTIL CASE WHEN a THEN b END END REPEAT; END",
        "CREATE PROCEDURE p() BEGIN WHILE CASE WHEN a THEN b END DO DO SLEEP(1); END WHILE; END",
        "CREATE PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION, NOT FOUND, SQLSTATE '42000' BEGIN ROLLBACK; END; SELECT 1; END",
        "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE; SELECT 1; END",
        "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR 1062 IF a THEN SELECT 1; END IF; SELECT 2; END",
        "CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT CASE a WHEN 1 THEN 2 END FROM t; OPEN c; END",
        "CREATE PROCEDURE p() BEGIN START TRANSACTION; COMMIT; END",
        "CREATE PROCEDURE p() BEGIN DROP TABLE IF EXISTS t; CREATE TABLE IF NOT EXISTS t (begin int, end int); END",
        "CREATE PROCEDURE p() BEGIN SELECT begin, end, t.end FROM t; INSERT INTO t (end) VALUES (1); END",
        "CREATE PROCEDURE p() SELECT begin FROM t",
        "CREATE PROCEDURE p() IF a THEN SELECT 1; END IF",
        "CREATE FUNCTION f(a int) RETURNS int RETURN CASE a WHEN 1 THEN 2 END",
        "CREATE FUNCTION f RETURNS STRING SONAME 'udf;.so'",
        "CREATE TRIGGER t BEFORE UPDATE ON x FOR EACH ROW BEGIN SET NEW.a = 1; END",
        "CREATE DEFINER=a@b TRIGGER begin AFTER INSERT ON begin FOR EACH ROW FOLLOWS begin INSERT INTO log SET begin = 1",
        "CREATE TRIGGER t AFTER DELETE ON x FOR EACH ROW PRECEDES `y` BEGIN SELECT 1; END",
        "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW IF NEW.a IS NULL THEN SET NEW.a = 1; END IF",
        "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = CASE WHEN NEW.b THEN 1 END",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() COMMENT 'x' DO BEGIN DELETE FROM t; END",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t WHERE begin < NOW()",
        "ALTER DEFINER=a@b EVENT e DO BEGIN SELECT 1; END",
        "/*!50003 CREATE PROCEDURE p() BEGIN SELECT 1; END */",
        "create procedure p() begin declare x int default 1; if x then select 1; end if; end",
    ] {
        check_one(MY, body);
        check_one(MARIA, body);
    }
}

#[test]
fn blocks_outside_routines_are_one_statement() {
    for body in [
        "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
        "IF a THEN SELECT 1; END IF",
        "FOR i IN 1..3 DO SELECT i; END FOR",
        "FOR r IN (SELECT a FROM t) DO SELECT r.a; END FOR",
        "WHILE a DO SELECT 1; END WHILE",
        "CREATE PROCEDURE p() BEGIN BEGIN NOT ATOMIC SELECT 1; END; END",
    ] {
        check_one(MARIA, body);
    }
    check_control(MARIA, "BEGIN NOT ATOMIC SELECT 1; COMMIT; END", None);
}

#[test]
fn names_and_functions_open_no_body() {
    for body in [
        "SELECT IF(a, 1, 2), REPEAT('a', 3), CASE a WHEN 1 THEN 2 END",
        "INSERT INTO t (begin, end) VALUES (1, 2)",
        "CREATE TABLE event (begin int)",
        "CREATE TABLE IF NOT EXISTS t (a int)",
        "CREATE VIEW function AS SELECT CASE a WHEN 1 THEN 2 END FROM t",
        "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=a@trigger SQL SECURITY DEFINER VIEW v AS SELECT begin FROM t",
        "ALTER TABLE t ADD COLUMN begin int",
        "DROP PROCEDURE IF EXISTS p",
        "UPDATE t SET begin = 1",
        "CREATE UNIQUE INDEX event ON t (begin)",
        "GRANT CREATE ROUTINE ON *.* TO a",
    ] {
        check_one(MY, body);
        check_one(MARIA, body);
    }
    check_both("BEGIN;SELECT 1;COMMIT;", &["BEGIN", "SELECT 1", "COMMIT"]);
}

#[test]
fn a_body_that_is_never_closed_is_named() {
    check_error(
        MY,
        "SELECT 1;\nCREATE PROCEDURE p()\n  BEGIN\n IF a THEN SELECT 1; END;\nSELECT 2;",
        "line 3, column 3: the BEGIN that begins here is never closed",
    );
}

#[test]
fn transaction_and_lock_commands_that_they_alone_have() {
    use Control::*;
    for (body, expect) in [
        ("BEGIN WORK", Some(Begin)),
        ("START TRANSACTION WITH CONSISTENT SNAPSHOT", Some(Begin)),
        ("START SLAVE", None),
        ("COMMIT AND CHAIN", Some(Commit)),
        ("XA START 'x'", Some(TwoPhase)),
        ("LOCK TABLES t WRITE", Some(LockTables)),
        ("lock table t read", Some(LockTables)),
        ("UNLOCK TABLES", Some(UnlockTables)),
        ("LOCK INSTANCE FOR BACKUP", None),
        ("FLUSH TABLES WITH READ LOCK", Some(LockTables)),
        ("FLUSH TABLES t FOR EXPORT", Some(LockTables)),
        ("FLUSH TABLES", None),
        ("/*!40000 LOCK TABLES t WRITE */", Some(LockTables)),
        ("CREATE PROCEDURE p() BEGIN COMMIT; END", None),
        ("PREPARE s FROM 'COMMIT'", None),
    ] {
        check_control(MY, body, expect);
        check_control(MARIA, body, expect);
    }
}
