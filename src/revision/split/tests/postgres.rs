//! PostgreSQL.

use super::*;

const PG: Dialect = Dialect::Postgres;

#[test]
fn dollar_quotes_hide_everything() {
    for body in [
        "DO $$ BEGIN PERFORM 1; END $$",
        "DO $a$ $$; $b$; $a $A$; $a$",
        "DO $ä_1$ ;'\" /* -- $ä_1$",
        "SELECT $$$$, $x$;$x$",
        "SELECT a$b$c, a$$",
        "SELECT 1$$;$$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $fn$\nDECLARE x text := $q$a;b$q$;\nBEGIN\n  RETURN 1; -- it's\nEND;\n$fn$",
    ] {
        check_one(PG, body);
    }
    check(PG, "SELECT $1;SELECT $2", &["SELECT $1", "SELECT $2"]);
    check(
        PG,
        "SELECT a$b$;SELECT c$b$",
        &["SELECT a$b$", "SELECT c$b$"],
    );
    check(PG, "SELECT $1$;$1$", &["SELECT $1$", "$1$"]);
    check_error(
        PG,
        "SELECT 1;\nDO $body$ ; $Body$;",
        "line 2, column 4: the $body$ that begins here is never closed",
    );
    check_error(
        PG,
        "$$;",
        "line 1, column 1: the $$ that begins here is never closed",
    );
}

#[test]
fn only_escape_strings_know_backslashes() {
    for body in [
        r"SELECT '\', 1",
        r"SELECT E'\';', 1",
        r"SELECT e'a''\';', 1",
        r"SELECT E'\\', ';'",
        r"SELECT nameE'\', ';'",
        r"SELECT U&'\0061;', U&'d\' UESCAPE '!'",
        r#"SELECT U&"a;\0061""#,
        r"SELECT B'01;', X'1F;', N'\'",
        "SELECT E'a' -- it's\n\n  '\\';b'",
        "SELECT E'a'\r'\\';b'",
    ] {
        check_one(PG, body);
    }
    // On one line it is another string, a plain one.
    check(PG, r"SELECT E'a' '\';b", &[r"SELECT E'a' '\'", "b"]);
    check_error(
        PG,
        r"SELECT E'a\';",
        "line 1, column 8: the ' that begins here is never closed",
    );
}

#[test]
fn comments_nest() {
    check_one(PG, "SELECT 1 /* a /* ; */ ; */ + 2");
    check(PG, "-- a\rSELECT 1;", &["SELECT 1"]);
    check(PG, "SELECT 1--;\n;2", &["SELECT 1", "2"]);
    check(PG, "SELECT 1 # 2;2", &["SELECT 1 # 2", "2"]);
    check_error(
        PG,
        "SELECT 1;\n/* a /* b */ ;",
        "line 2, column 1: the /* that begins here is never closed",
    );
}

#[test]
fn parentheses_hold_a_statement_together() {
    check_one(
        PG,
        "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;)",
    );
    check_one(PG, "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING");
    check(PG, "SELECT 1);SELECT 2", &["SELECT 1)", "SELECT 2"]);
    check_error(
        PG,
        "SELECT 1;\nSELECT (1;\nSELECT 2;",
        "line 2, column 8: the ( that begins here is never closed",
    );
}

#[test]
fn sql_bodies_of_functions_are_one_statement() {
    for body in [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "create or replace function f(a int) returns int language sql begin atomic select case a when 1 then 2 end; select (case when true then 1 end); end",
        "CREATE PROCEDURE p() BEGIN /* x */ ATOMIC INSERT INTO t VALUES (1); END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT t.end FROM t; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END END; END",
        "CREATE FUNCTION f() RETURNS int RETURN 1",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC END",
    ] {
        check_one(PG, body);
    }
    check(PG, "BEGIN;SELECT 1;END;", &["BEGIN", "SELECT 1", "END"]);
    check(
        PG,
        "CREATE TABLE begin (atomic int);SELECT 1",
        &["CREATE TABLE begin (atomic int)", "SELECT 1"],
    );
    check_error(
        PG,
        "CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT 1;\n",
        "line 2, column 1: the BEGIN ATOMIC that begins here is never closed",
    );
}

#[test]
fn the_data_of_copy_belongs_to_it() {
    let body = "COPY t (a, b) FROM stdin;\n1\tit's;\n\\N\t$$\n\\.\nSELECT 1;\ncopy x from STDIN WITH (FORMAT csv) ; -- data\r\n\\.\r\nSELECT 2";
    let found = statements(PG, body);
    let found: Vec<_> = found
        .iter()
        .map(|s| (s.line, s.text.as_str(), s.copy_data.as_deref()))
        .collect();
    assert_eq!(
        found,
        [
            (1, "COPY t (a, b) FROM stdin", Some("1\tit's;\n\\N\t$$\n")),
            (5, "SELECT 1", None),
            (6, "copy x from STDIN WITH (FORMAT csv)", Some("")),
            (8, "SELECT 2", None),
        ]
    );
    check(
        PG,
        "COPY t TO stdout;SELECT 1",
        &["COPY t TO stdout", "SELECT 1"],
    );
    check(
        PG,
        "COPY t FROM '/x';SELECT 1",
        &["COPY t FROM '/x'", "SELECT 1"],
    );
    check(
        PG,
        "COPY (SELECT a FROM stdin) TO STDOUT;X",
        &["COPY (SELECT a FROM stdin) TO STDOUT", "X"],
    );
    check(PG, "SELECT * FROM stdin;X", &["SELECT * FROM stdin", "X"]);
    let unclosed = "line 2, column 1: the data of this COPY does not end with a \\. line";
    check_error(PG, "SELECT 1;\nCOPY t FROM stdin;\n1\n2", unclosed);
    check_error(PG, "SELECT 1;\nCOPY t FROM stdin", unclosed);
    check_error(
        PG,
        "COPY t FROM stdin; SELECT 1;\n\\.\n",
        "line 1, column 20: the data of COPY must begin on the line after its semicolon",
    );
}

#[test]
fn commands_of_psql_are_refused_by_name() {
    check_error(
        PG,
        "SELECT 1;\n\\connect other\n",
        "line 2, column 1: \\connect is a command of the psql program, not SQL; it cannot be run",
    );
    check_error(
        PG,
        "SELECT 1 \\gset",
        "line 1, column 10: \\gset is a command of the psql program, not SQL; it cannot be run",
    );
    check_error(
        PG,
        "\\.\n",
        "line 1, column 1: \\. is a command of the psql program, not SQL; it cannot be run",
    );
}

#[test]
fn transaction_commands_that_it_alone_has() {
    use Control::*;
    for (body, expect) in [
        ("BEGIN ISOLATION LEVEL SERIALIZABLE", Some(Begin)),
        ("START TRANSACTION READ ONLY", Some(Begin)),
        ("END WORK", Some(Commit)),
        ("ABORT", Some(Rollback)),
        ("ROLLBACK WORK TO a", Some(RollbackTo)),
        ("ROLLBACK AND CHAIN", Some(Rollback)),
        ("PREPARE TRANSACTION 'x'", Some(TwoPhase)),
        ("COMMIT PREPARED 'x'", Some(TwoPhase)),
        ("ROLLBACK PREPARED 'x'", Some(TwoPhase)),
        ("PREPARE p AS SELECT 1", None),
        ("LOCK TABLE t IN SHARE MODE", None),
        ("SET TRANSACTION READ ONLY", None),
        ("DO $$ BEGIN COMMIT; END $$", None),
        ("CREATE PROCEDURE p() BEGIN ATOMIC SELECT 1; END", None),
    ] {
        check_control(PG, body, expect);
    }
}

#[test]
fn concurrently_is_seen() {
    for (body, expect) in [
        ("CREATE INDEX CONCURRENTLY i ON t (a)", true),
        (
            "create unique index /* x */ concurrently if not exists i on t (a)",
            true,
        ),
        ("DROP INDEX CONCURRENTLY i", true),
        ("REINDEX INDEX CONCURRENTLY i", true),
        ("REINDEX (VERBOSE) TABLE CONCURRENTLY t", true),
        ("REINDEX (CONCURRENTLY, VERBOSE) TABLE t", true),
        ("REINDEX (CONCURRENTLY FALSE) TABLE t", false),
        (
            "ALTER TABLE IF EXISTS a.b DETACH PARTITION c.d CONCURRENTLY",
            true,
        ),
        ("ALTER TABLE t DETACH PARTITION p", false),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", false),
        ("CREATE INDEX \"CONCURRENTLY\" ON t (a)", false),
        ("CREATE INDEX i ON t (concurrently)", false),
        ("SELECT 'CREATE INDEX CONCURRENTLY'", false),
    ] {
        assert_eq!(statements(PG, body)[0].concurrently, expect, "{body}");
    }
}
