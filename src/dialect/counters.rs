//! Sequences and the counters of tables that number their rows: where they stand, and putting them there.

use serde::{Deserialize, Serialize};

use super::{DbError, Dialect, Row, Session, mysql, postgres, sqlite};
use crate::schema::Name;

/// Where something that gives out numbers stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// The sequence; on MySQL and SQLite the table that numbers its rows.
    pub name: Name,
    /// A number, as text: those of sequences need not fit what a reader of JSON takes.
    pub value: String,
    /// Whether it was given out already; else it comes next.
    pub called: bool,
    /// The table and the column that it numbers, where it belongs to one. It is found by them: what a sequence is
    /// called may be left from before its table was renamed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_column: Option<(Name, String)>,
    /// Whether it is a sequence, where tables have counters of their own.
    #[serde(default)]
    pub of_sequence: bool,
}

impl Counter {
    /// Whether it numbers rows of one of these tables.
    pub fn is_of(&self, mut is_one: impl FnMut(&Name) -> bool) -> bool {
        match &self.of_column {
            Some((table, _)) => is_one(table),
            None => !self.of_sequence && is_one(&self.name),
        }
    }

    /// Whether it is the same one, of another database or at another time.
    pub fn is(&self, other: &Counter) -> bool {
        match (&self.of_column, &other.of_column) {
            (None, None) => self.name == other.name,
            (one, another) => one == another,
        }
    }
}

impl Dialect {
    /// The statements that put a counter where it stood.
    pub fn set_counter(self, counter: &Counter) -> Vec<String> {
        // It comes from a file, and goes into a statement.
        if counter.value.parse::<i128>().is_err() {
            return Vec::new();
        }
        match self {
            Dialect::Postgres => postgres::counters::set(counter),
            Dialect::Mysql | Dialect::Mariadb => mysql::counters::set(self, counter),
            Dialect::Sqlite => sqlite::counters::set(counter),
        }
    }
}

impl Session {
    /// All counters of the database.
    ///
    /// # Errors
    /// What the server says.
    pub async fn counters(&mut self) -> Result<Vec<Counter>, DbError> {
        match self.dialect() {
            Dialect::Postgres => postgres::counters::read(self).await,
            Dialect::Mysql | Dialect::Mariadb => mysql::counters::read(self).await,
            Dialect::Sqlite => sqlite::counters::read(self).await,
        }
    }

    /// Puts a counter where it stood.
    ///
    /// # Errors
    /// What the server says.
    pub async fn set_counter(&mut self, counter: &Counter) -> Result<(), DbError> {
        for statement in self.dialect().set_counter(counter) {
            self.query(&statement).await?;
        }
        Ok(())
    }
}

/// Rows of namespace, name, value, called; where there is more, the namespace, table and column that it numbers.
pub(super) fn counters(rows: &[Row]) -> Vec<Counter> {
    rows.iter()
        .filter_map(|row| {
            Some(Counter {
                name: Name {
                    namespace: row.text(0).map(str::to_owned),
                    name: row.text(1)?.to_owned(),
                },
                value: row.text(2)?.to_owned(),
                called: row.truth(3),
                of_column: match (row.len() > 4, row.text(5), row.text(6)) {
                    (true, Some(table), Some(column)) => {
                        let namespace = row.text(4).map(str::to_owned);
                        let name = table.to_owned();
                        Some((Name { namespace, name }, column.to_owned()))
                    }
                    _ => None,
                },
                of_sequence: false,
            })
        })
        .collect()
}
