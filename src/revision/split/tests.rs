//! What is split where, in each dialect.

mod mysql;
mod postgres;
mod properties;
mod sqlite;

use super::{Control, Statement, split};
use crate::dialect::Dialect;

fn statements(dialect: Dialect, body: &str) -> Vec<Statement> {
    split(body, dialect.syntax(), 1).unwrap_or_else(|error| panic!("{error}\n{body}"))
}

/// The statements of `body` are exactly these, and stand where they say.
#[track_caller]
fn check(dialect: Dialect, body: &str, expect: &[&str]) {
    let found = statements(dialect, body);
    let texts: Vec<&str> = found.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, expect, "{dialect}: {body}");
    for statement in &found {
        let rest = &body[statement.offset..];
        assert!(rest.starts_with(&statement.text));
        assert_eq!(statement.locate(1), (statement.line, statement.column));
    }
}

/// `body` is one statement, and whatever follows is another.
#[track_caller]
fn check_one(dialect: Dialect, body: &str) {
    check(dialect, body, &[body]);
    check(dialect, &format!("{body};"), &[body]);
    check(
        dialect,
        &format!("SELECT 0;\n{body};\nSELECT 1;"),
        &["SELECT 0", body, "SELECT 1"],
    );
}

/// `body` cannot be split, for this reason at this place.
#[track_caller]
fn check_error(dialect: Dialect, body: &str, expect: &str) {
    match split(body, dialect.syntax(), 1) {
        Ok(found) => panic!("{dialect}: {body:?} gave {found:?}"),
        Err(error) => assert_eq!(error.to_string(), expect, "{dialect}: {body}"),
    }
}

#[track_caller]
fn check_control(dialect: Dialect, body: &str, expect: Option<Control>) {
    let found = statements(dialect, body);
    assert_eq!(found.len(), 1, "{dialect}: {body}");
    assert_eq!(found[0].control, expect, "{dialect}: {body}");
}

#[test]
fn plain_statements_are_split_at_semicolons_in_every_dialect() {
    for dialect in Dialect::ALL {
        check(dialect, "", &[]);
        check(dialect, " \n\t", &[]);
        check(dialect, ";;; ;\n;", &[]);
        check(dialect, "-- only\n/* comments */ -- here", &[]);
        check(dialect, "SELECT 1", &["SELECT 1"]);
        check(dialect, "SELECT 1;", &["SELECT 1"]);
        check(dialect, "SELECT 1 ; SELECT 2;;", &["SELECT 1", "SELECT 2"]);
        check(
            dialect,
            "-- a; b\nSELECT 1 -- c; d\n, 2; -- e",
            &["SELECT 1 -- c; d\n, 2"],
        );
        check(
            dialect,
            "/* ; */SELECT/* ; */1/* ; */;",
            &["SELECT/* ; */1"],
        );
        check(dialect, "SELECT ';', 'it''s;';", &["SELECT ';', 'it''s;'"]);
        check(
            dialect,
            "SELECT \"a;\"\"b;\";X",
            &["SELECT \"a;\"\"b;\"", "X"],
        );
        check(dialect, "SELECT '--;', '/*;';", &["SELECT '--;', '/*;'"]);
        check(
            dialect,
            "SELECT 1;\r\nSELECT 2;\r\n",
            &["SELECT 1", "SELECT 2"],
        );
        check(
            dialect,
            "插入 '添加;新字段';表",
            &["插入 '添加;新字段'", "表"],
        );
        check(
            dialect,
            "SELECT begin.end, a.case FROM b.begin;X",
            &["SELECT begin.end, a.case FROM b.begin", "X"],
        );
        check(
            dialect,
            "CREATE TABLE trigger_begin (a int);X",
            &["CREATE TABLE trigger_begin (a int)", "X"],
        );
    }
}

#[test]
fn what_is_never_closed_is_named_where_it_begins() {
    for dialect in Dialect::ALL {
        check_error(
            dialect,
            "SELECT 1;\n  SELECT 'a;\n",
            "line 2, column 10: the ' that begins here is never closed",
        );
        check_error(
            dialect,
            "SELECT \"a;",
            "line 1, column 8: the \" that begins here is never closed",
        );
        check_error(
            dialect,
            "添加 /* a",
            "line 1, column 4: the /* that begins here is never closed",
        );
    }
}

#[test]
fn a_statement_knows_its_place_in_the_file() {
    let body = "\n-- why\n  SELECT 1;添 SELECT\r\n 2,\r 'ä' x;";
    let found = split(body, Dialect::Postgres.syntax(), 10).expect("splits");
    let places: Vec<_> = found.iter().map(|s| (s.line, s.column)).collect();
    assert_eq!(places, [(12, 3), (12, 12)]);
    let second = &found[1];
    #[track_caller]
    fn check(statement: &Statement, position: usize, expect: (usize, usize)) {
        assert_eq!(statement.locate(position), expect);
    }
    check(second, 0, (12, 12));
    check(second, 1, (12, 12));
    check(second, 3, (12, 14));
    check(second, 12, (13, 2));
    check(second, 15, (14, 1));
    check(second, 19, (14, 5));
    check(second, 20, (14, 6));
    check(second, usize::MAX, (14, 7));
}

#[test]
fn transaction_commands_are_told_from_their_first_words() {
    use Control::*;
    for dialect in Dialect::ALL {
        for (body, expect) in [
            ("BEGIN", Begin),
            ("begin", Begin),
            ("/* x */ BEGIN;", Begin),
            ("COMMIT", Commit),
            ("Rollback", Rollback),
            ("ROLLBACK TO a", RollbackTo),
            ("ROLLBACK TO SAVEPOINT a", RollbackTo),
            ("SAVEPOINT a", Savepoint),
            ("RELEASE SAVEPOINT a", Release),
        ] {
            check_control(dialect, body, Some(expect));
        }
        for body in [
            "SELECT 'BEGIN'",
            "-- BEGIN\nSELECT 1",
            "INSERT INTO t (begin, commit) VALUES (1, 2)",
            "\"BEGIN\"",
        ] {
            check_control(dialect, body, None);
        }
    }
}
