//! SQLite.

use super::*;

const LITE: Dialect = Dialect::Sqlite;

#[test]
fn names_are_quoted_in_every_way_it_knows() {
    for body in [
        "SELECT [a;'b], `c;``d`, \"e;\", 'f;'",
        r"SELECT '\', ';'",
        "SELECT x'3B;', [a\"]",
        "SELECT :a, @b, $c, ?1",
    ] {
        check_one(LITE, body);
    }
    check_error(
        LITE,
        "SELECT [a;",
        "line 1, column 8: the [ that begins here is never closed",
    );
    check(LITE, "SELECT 1--1;\n;2", &["SELECT 1", "2"]);
    check(LITE, "/* a /* b */ SELECT 1;", &["SELECT 1"]);
    check(LITE, "SELECT (1;2", &["SELECT (1", "2"]);
    check(LITE, "SELECT $$;$$", &["SELECT $$", "$$"]);
}

#[test]
fn triggers_are_one_statement() {
    for body in [
        "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END",
        "create temp trigger if not exists t after update of a on x when new.a > 1 begin update y set b = case when new.a then 1 else 2 end; select 2; end",
        "CREATE TEMPORARY TRIGGER t INSTEAD OF DELETE ON v BEGIN SELECT CASE a WHEN 1 THEN 2 END; END",
        "CREATE /* ; */ TRIGGER t AFTER INSERT ON x -- ;\nBEGIN\n  SELECT 'END;';\n  -- END;\n  SELECT 1;;\nEND",
        "EXPLAIN QUERY PLAN CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END",
        "CREATE TABLE trigger (begin int, \"end\" int)",
        "DROP TRIGGER t",
    ] {
        check_one(LITE, body);
    }
    check_error(
        LITE,
        "SELECT 1;\nCREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1;\nSELECT 2;",
        "line 2, column 1: the CREATE TRIGGER that begins here is never closed",
    );
}

#[test]
fn transaction_commands_that_it_alone_has() {
    use Control::*;
    for (body, expect) in [
        ("BEGIN IMMEDIATE TRANSACTION", Some(Begin)),
        ("END TRANSACTION", Some(Commit)),
        ("ROLLBACK TRANSACTION TO SAVEPOINT a", Some(RollbackTo)),
        ("RELEASE a", Some(Release)),
        ("PRAGMA foreign_keys = ON", None),
        (
            "CREATE TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; END",
            None,
        ),
    ] {
        check_control(LITE, body, expect);
    }
}
