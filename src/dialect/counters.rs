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
    /// Whether it is a sequence, where tables have counters of their own.
    #[serde(default)]
    pub of_sequence: bool,
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
        // It comes from a file, and goes into a statement.
        if counter.value.parse::<i128>().is_err() {
            return Ok(());
        }
        let statements = match self.dialect() {
            Dialect::Postgres => postgres::counters::set(counter),
            dialect @ (Dialect::Mysql | Dialect::Mariadb) => mysql::counters::set(dialect, counter),
            Dialect::Sqlite => sqlite::counters::set(counter),
        };
        for statement in statements {
            self.query(&statement).await?;
        }
        Ok(())
    }
}

/// Rows of namespace, name, value, called.
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
                of_sequence: false,
            })
        })
        .collect()
}
