//! What is read from statements, and what is not.

use super::*;

fn claims(dialect: Dialect, sql: &str) -> Vec<String> {
    read(dialect, sql)
        .into_iter()
        .map(|claim| {
            format!(
                "{} {:?} {:?}",
                claim.table,
                claim.constraint.unwrap_or_default(),
                claim.what
            )
        })
        .collect()
}

#[test]
fn demands_are_read_from_a_statement() {
    for (dialect, sql, expected) in [
        (
            Dialect::Postgres,
            "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS Ones ON ONLY app.\"T\" USING btree \
             (Name, lower(email) DESC, (a || b)) INCLUDE (x) WHERE gone IS NULL -- (why)",
            "app.T \"ones\" Unique { parts: [\"\\\"name\\\"\", \"lower(email)\", \"(a || b)\"], \
             predicate: Some(\"gone IS NULL\"), nulls_equal: false }",
        ),
        (
            Dialect::Mysql,
            "ALTER TABLE `t` ADD UNIQUE KEY `k` (`a`, `b`(10)) /* , ADD CHECK (x) */",
            "t \"k\" Unique { parts: [\"`a`\", \"left(`b`, 10)\"], predicate: None, nulls_equal: false }",
        ),
        (
            Dialect::Postgres,
            "alter table t add constraint fk foreign key (a, b) references app.p (c, d) on delete cascade",
            "t \"fk\" ForeignKey { columns: [\"\\\"a\\\"\", \"\\\"b\\\"\"], references: \
             Name { namespace: Some(\"app\"), name: \"p\" }, referenced: [\"\\\"c\\\"\", \"\\\"d\\\"\"] }",
        ),
        (
            Dialect::Postgres,
            "ALTER TABLE t ADD CHECK (a > ')' AND b)",
            "t \"\" Check { expression: \"a > ')' AND b\" }",
        ),
        (
            Dialect::Postgres,
            "ALTER TABLE IF EXISTS ONLY t ALTER COLUMN a SET NOT NULL",
            "t \"\" NotNull { column: \"a\" }",
        ),
        (
            Dialect::Postgres,
            "ALTER TABLE t ALTER a SET DATA TYPE numeric(5, 2) USING trim(a)::numeric(5, 2)",
            "t \"\" Type { column: \"a\", data_type: \"numeric(5, 2)\", using: Some(\"trim(a)::numeric(5, 2)\") }",
        ),
        (
            Dialect::Postgres,
            "DELETE FROM t WHERE id IN (SELECT 1 LIMIT 5)",
            "t \"\" Delete { condition: Some(\"id IN (SELECT 1 LIMIT 5)\") }",
        ),
        (
            Dialect::Sqlite,
            "INSERT INTO \"t__new\" (a)\n SELECT a FROM \"t\"",
            "t__new \"\" Copy { from: Name { namespace: None, name: \"t\" } }",
        ),
        (
            Dialect::Sqlite,
            "CREATE TABLE \"t__new\" (id integer PRIMARY KEY, a int CONSTRAINT pos CHECK (a > 0))",
            "t__new \"pos\" Check { expression: \"a > 0\" }",
        ),
    ] {
        assert_eq!(claims(dialect, sql), [expected], "{sql}");
    }
    assert_eq!(
        claims(
            Dialect::Mariadb,
            "ALTER TABLE t MODIFY COLUMN a varchar(5) CHARACTER SET utf8mb4 NOT NULL DEFAULT 'x,y', DROP b"
        ),
        [
            "t \"\" NotNull { column: \"a\" }",
            "t \"\" Type { column: \"a\", data_type: \"varchar(5)\", using: None }"
        ]
    );
}

#[test]
fn what_is_not_plain_demands_nothing() {
    for sql in [
        "",
        "CREATE UNIQUE INDEX",
        "ALTER TABLE",
        "ALTER TABLE t ADD CONSTRAINT",
        "ALTER TABLE t ALTER",
        "ALTER TABLE t MODIFY",
        "DELETE FROM t USING u WHERE t.a = u.a",
        "DELETE FROM t AS x",
        "CREATE TABLE t AS SELECT 1",
        "DO $$ BEGIN END $$",
        "ALTER TABLE t ADD CONSTRAINT x UNIQUE USING INDEX y",
        "INSERT",
        "'",
        "/*",
    ] {
        assert_eq!(claims(Dialect::Postgres, sql), [""; 0], "{sql}");
    }
}
