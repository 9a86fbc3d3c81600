//! What may stand of a statement that failed, where no transaction of Piton's is around it.

use super::{DbError, DbErrorKind, Dialect, Session};
use crate::schema::Name;

/// What may stand although the statement failed; the later is the more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remains {
    Nothing,
    /// Rows, where a table that it names has no transactions.
    Rows,
    Something,
}

impl Dialect {
    /// What may stand of `sql`, which failed with `error` (`None`: it was broken off).
    pub fn remains(self, sql: &str, error: Option<&DbError>) -> Remains {
        let words = words(sql);
        let word = |i: usize| words.get(i).map_or("", String::as_str);
        match self {
            // A procedure and a DO block may commit.
            Dialect::Postgres => something_if(matches!(word(0), "CALL" | "DO")),
            // OR FAIL keeps what came before the row that failed.
            Dialect::Sqlite => something_if(
                words
                    .windows(2)
                    .any(|two| two[0] == "OR" && two[1] == "FAIL"),
            ),
            Dialect::Mysql | Dialect::Mariadb => match word(0) {
                _ if error.is_some_and(is_unread) && !matches!(word(0), "CALL" | "EXECUTE") => {
                    Remains::Nothing
                }
                // Of several the one that fails does not take back those before it.
                "DROP" => {
                    something_if(sql.contains(',') || is_one_of(word(1), &["DATABASE", "SCHEMA"]))
                }
                "GRANT" | "REVOKE" => something_if(sql.contains(',')),
                // The old one is dropped before the new one is made.
                "CREATE" if word(1) == "OR" => {
                    let what = [
                        "TABLE",
                        "TEMPORARY",
                        "SEQUENCE",
                        "DATABASE",
                        "SCHEMA",
                        "USER",
                        "ROLE",
                    ];
                    something_if(is_one_of(word(3), &what))
                }
                "CREATE" | "ALTER" | "RENAME" if is_one_of(word(1), &["USER", "ROLE"]) => {
                    something_if(sql.contains(','))
                }
                "CREATE" | "ALTER" | "RENAME" | "TRUNCATE" => Remains::Nothing,
                _ => self.remains_in_transaction(sql),
            },
        }
    }

    /// What may stand of `sql` after a ROLLBACK, where it ran or failed in a transaction of the revision's own.
    pub fn remains_in_transaction(self, sql: &str) -> Remains {
        const ROWS: [&str; 8] = [
            "INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "LOAD", "WITH", "DO",
        ];
        const NONE: [&str; 14] = [
            "SET",
            "USE",
            "SHOW",
            "EXPLAIN",
            "ANALYZE",
            "OPTIMIZE",
            "CHECK",
            "FLUSH",
            "SAVEPOINT",
            "RELEASE",
            "ROLLBACK",
            "COMMIT",
            "START",
            "UNLOCK",
        ];
        let words = words(sql);
        let first = words.first().map_or("", String::as_str);
        match self {
            Dialect::Postgres | Dialect::Sqlite => Remains::Nothing,
            Dialect::Mysql | Dialect::Mariadb if ROWS.contains(&first) => Remains::Rows,
            Dialect::Mysql | Dialect::Mariadb => {
                let begins = first == "BEGIN" && words.len() <= 2;
                something_if(!begins && first != "LOCK" && !NONE.contains(&first))
            }
        }
    }

    /// Whether the server may have rolled back the transaction around a statement that failed so.
    pub fn rolls_back_by_itself(self, kind: DbErrorKind) -> bool {
        // <https://www.sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction>
        self == Dialect::Sqlite && kind != DbErrorKind::Statement
    }

    /// What ends a transaction that a revision without one of Piton's has left open; without effect where
    /// there is none.
    pub fn end_of_left_open(self) -> &'static str {
        match self {
            Dialect::Postgres => "COMMIT AND NO CHAIN",
            Dialect::Mysql | Dialect::Mariadb => "COMMIT AND NO CHAIN NO RELEASE",
            // A COMMIT alone is an error where there is no transaction. The savepoint begins one there.
            Dialect::Sqlite => "SAVEPOINT piton; COMMIT",
        }
    }

    /// Whether a transaction can be open that no statement has begun.
    pub fn begins_by_itself(self) -> bool {
        match self {
            // autocommit = 0, completion_type = CHAIN; SAVEPOINT on SQLite.
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => true,
            Dialect::Postgres => false,
        }
    }
}

impl Session {
    /// The tables whose rows no ROLLBACK takes back.
    ///
    /// # Errors
    /// What the server says.
    pub async fn tables_without_transactions(&mut self) -> Result<Vec<Name>, DbError> {
        match self.dialect() {
            Dialect::Postgres | Dialect::Sqlite => Ok(Vec::new()),
            Dialect::Mysql | Dialect::Mariadb => {
                let rows = self
                    .query(
                        "SELECT t.TABLE_SCHEMA, t.TABLE_NAME FROM information_schema.TABLES AS t \
                         JOIN information_schema.ENGINES AS e ON e.ENGINE = t.ENGINE \
                         WHERE coalesce(e.TRANSACTIONS, 'NO') <> 'YES' AND t.TABLE_SCHEMA NOT IN \
                         ('information_schema', 'performance_schema', 'mysql', 'sys')",
                    )
                    .await?;
                let name = |row: &super::Row| Name {
                    namespace: row.text(0).map(str::to_owned),
                    name: row.text_or_empty(1).to_owned(),
                };
                Ok(rows.iter().map(name).collect())
            }
        }
    }
}

fn something_if(is_so: bool) -> Remains {
    if is_so {
        Remains::Something
    } else {
        Remains::Nothing
    }
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.contains(&word)
}

/// Whether the server could not read the statement, and so ran nothing of it.
fn is_unread(error: &DbError) -> bool {
    error.kind == DbErrorKind::Statement
        && matches!(error.code.as_deref(), Some("1064" | "1065" | "4161"))
}

/// The first words of a statement, in capitals, without the comments between them.
fn words(sql: &str) -> Vec<String> {
    const MOST: usize = 8;
    let mut words = Vec::with_capacity(MOST);
    let mut rest = sql;
    while words.len() < MOST {
        rest = rest.trim_start();
        if let Some(comment) = rest
            .strip_prefix("/*")
            .filter(|it| !it.starts_with(['!', 'M']))
        {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        let is_line = rest.starts_with("--") || rest.starts_with('#');
        if is_line {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
            continue;
        }
        // Of a comment that only some servers run, what they run.
        if let Some(conditional) = rest.strip_prefix("/*") {
            rest = conditional.trim_start_matches(|c: char| "!M".contains(c) || c.is_ascii_digit());
            continue;
        }
        let Some(first) = rest.chars().next() else {
            break;
        };
        let part = |c: char| c.is_alphanumeric() || c == '_';
        let end = match part(first) {
            true => rest.find(|c| !part(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        words.push(rest[..end].to_uppercase());
        rest = &rest[end..];
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(dialect: Dialect, remains: Remains, all: &[&str]) {
        for sql in all {
            assert_eq!(dialect.remains(sql, None), remains, "{sql}");
        }
    }

    #[test]
    fn what_mysql_does_by_halves_is_known() {
        let (something, rows, nothing) = (Remains::Something, Remains::Rows, Remains::Nothing);
        check(
            Dialect::Mariadb,
            something,
            &[
                "DROP TABLE a, b",
                "drop /* x */ view a,b",
                "DROP DATABASE d",
                "CREATE OR REPLACE TABLE a (id int)",
                "/*M!100300 CREATE OR REPLACE TABLE a (id int) */",
                "CALL p()",
                "EXECUTE s",
                "BEGIN NOT ATOMIC DROP TABLE a; END",
                "GRANT a TO x, y",
                "CREATE USER a, b",
                "XA COMMIT 'x'",
            ],
        );
        check(
            Dialect::Mysql,
            rows,
            &["INSERT INTO a VALUES (1)", "-- x\nUPDATE a SET b = 1"],
        );
        check(
            Dialect::Mysql,
            nothing,
            &[
                "DROP TABLE a",
                "CREATE TABLE a (x int, y int)",
                "CREATE OR REPLACE VIEW v AS SELECT 1",
                "ALTER TABLE a ADD x int, ADD y int",
                "RENAME TABLE a TO b, c TO d",
                "SET x = 1",
                "BEGIN",
                "BEGIN WORK",
                "LOCK TABLES a WRITE",
            ],
        );
    }

    #[test]
    fn what_could_not_be_read_did_not_run() {
        let mut error = DbError::new(DbErrorKind::Statement, "syntax");
        error.code = Some("1064".to_owned());
        let remains = |sql| Dialect::Mysql.remains(sql, Some(&error));
        assert_eq!(remains("DROP TABLE a,, b"), Remains::Nothing);
        // It may come from inside the procedure.
        assert_eq!(remains("CALL p()"), Remains::Something);
    }

    #[test]
    fn elsewhere_only_what_commits_by_itself_leaves_something() {
        check(
            Dialect::Postgres,
            Remains::Something,
            &["CALL p()", "DO $$ BEGIN COMMIT; END $$"],
        );
        check(
            Dialect::Postgres,
            Remains::Nothing,
            &["DROP TABLE a, b", "INSERT INTO a VALUES (1)"],
        );
        check(
            Dialect::Sqlite,
            Remains::Something,
            &["INSERT OR FAIL INTO a VALUES (1)"],
        );
        check(
            Dialect::Sqlite,
            Remains::Nothing,
            &["INSERT INTO a VALUES (1)"],
        );
    }
}
