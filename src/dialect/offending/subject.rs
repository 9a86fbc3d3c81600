//! The table that a statement is about.

use super::claim::{bare::without_comments, name};
use crate::dialect::Dialect;
use crate::dialect::types::scan::{self, Kind, Token};
use crate::schema::Name;

/// The table that `sql` makes, changes, fills or puts an index on; `None` where it is about something else.
pub(crate) fn subject(dialect: Dialect, sql: &str) -> Option<Name> {
    let text = without_comments(sql, dialect);
    let tokens = scan::tokens(&text, dialect.family() == Dialect::Mysql);
    let first = tokens.first()?;
    let after = |word: &str| Some(tokens.iter().position(|it| it.is_word(word))? + 1);
    let is = |word: &str| first.is_word(word);
    let at = if is("CREATE") || is("ALTER") || is("DROP") {
        match (after("TABLE"), after("INDEX")) {
            (Some(table), index) if index.is_none_or(|index| table < index) => table,
            (_, Some(_)) => after("ON")?,
            _ => return None,
        }
    } else if is("INSERT") || is("REPLACE") {
        after("INTO")?
    } else if is("DELETE") {
        after("FROM")?
    } else if is("UPDATE") || is("TRUNCATE") || is("COPY") {
        1
    } else {
        return None;
    };
    let skipped = ["IF", "NOT", "EXISTS", "ONLY", "TABLE"];
    let skip = |token: &&Token<'_>| skipped.iter().any(|word| token.is_word(word));
    let at = at + tokens.get(at..)?.iter().take_while(skip).count();
    tokens
        .get(at)
        .filter(|it| matches!(it.kind, Kind::Word | Kind::Name))?;
    name(dialect, &tokens, at).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_found_whatever_the_statement_does() {
        for (sql, expected) in [
            ("ALTER TABLE IF EXISTS ONLY app.T ADD x int", "app.t"),
            ("create table if not exists \"学生\" (id int)", "学生"),
            ("CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY t (a)", "t"),
            ("-- why\nINSERT INTO /* the */ t SELECT 1", "t"),
            ("UPDATE t SET a = 1", "t"),
            ("DELETE FROM t", "t"),
            ("TRUNCATE TABLE t", "t"),
            ("DROP TABLE t", "t"),
        ] {
            let found = subject(Dialect::Postgres, sql).map(|name| name.to_string());
            assert_eq!(found.as_deref(), Some(expected), "{sql}");
        }
        for sql in [
            "",
            "DO $$ BEGIN END $$",
            "CREATE VIEW v AS SELECT 1",
            "ALTER TABLE",
            "DROP INDEX i",
        ] {
            assert_eq!(subject(Dialect::Postgres, sql), None, "{sql}");
        }
    }
}
