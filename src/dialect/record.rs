//! How a dialect keeps the history table and the journal.
//!
//! `seaql_migrations` is made exactly as sea-orm-migration makes it, so that either can go on where the
//! other stopped.

use super::{DbError, Dialect, Session, mysql, postgres, sqlite};
use crate::schema::Name;

/// The name of the history table: sea-orm-migration's own.
pub const HISTORY_TABLE: &str = "seaql_migrations";
/// The name of the journal.
pub const JOURNAL_TABLE: &str = "piton_journal";

/// What a dialect's SQL for our own two tables is made of.
#[derive(Clone, Copy, Debug)]
pub struct RecordSyntax {
    /// The columns of the history table, as sea-orm-migration has them.
    pub history_columns: &'static str,
    pub journal_columns: &'static str,
    /// Those of the tables in which a restore and a copy keep how far they came.
    pub item_columns: &'static str,
    /// Now, by the server's clock, as the journal's columns want it.
    pub now: &'static str,
    /// Now less so many milliseconds: `{ms}` stands for the number.
    pub before_now: &'static str,
    /// The moment at which the transaction began, where the server knows it.
    pub begun: Option<&'static str>,
    /// Now as seconds since 1970.
    pub epoch: &'static str,
    /// A column of the journal as ISO 8601 in UTC: `{column}` stands for it.
    pub iso: &'static str,
    /// Who is logged in.
    pub user: &'static str,
}

impl Dialect {
    pub fn record(self) -> &'static RecordSyntax {
        match self {
            Dialect::Postgres => &postgres::record::SYNTAX,
            Dialect::Mysql | Dialect::Mariadb => &mysql::record::SYNTAX,
            Dialect::Sqlite => &sqlite::record::SYNTAX,
        }
    }
}

/// Which database and namespace a session stands in, and which of our tables are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    pub database: String,
    /// The namespace in which an unqualified name is made; `None`: the session has none.
    pub namespace: Option<String>,
    pub has_history: bool,
    pub has_journal: bool,
}

impl Session {
    /// One look at where the session stands.
    ///
    /// # Errors
    /// What the server says.
    pub async fn surroundings(&mut self) -> Result<Surroundings, DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::record::SURROUNDINGS,
            Dialect::Mysql | Dialect::Mariadb => mysql::record::SURROUNDINGS,
            Dialect::Sqlite => sqlite::record::SURROUNDINGS,
        };
        let rows = self.query(sql).await?;
        let row = rows.first();
        let found = Surroundings {
            database: row
                .map(|row| row.text_or_empty(0).to_owned())
                .unwrap_or_default(),
            namespace: row.and_then(|row| row.text(1)).map(str::to_owned),
            has_history: row.is_some_and(|row| row.truth(2)),
            has_journal: row.is_some_and(|row| row.truth(3)),
        };
        match self.dialect() {
            Dialect::Mysql | Dialect::Mariadb => {
                mysql::record::not_hidden(self, &found).await?;
            }
            Dialect::Postgres | Dialect::Sqlite => {}
        }
        Ok(found)
    }

    /// Every table but the two of our own, those of the session's own namespace without it.
    ///
    /// # Errors
    /// What the server says.
    pub async fn tables(&mut self) -> Result<Vec<Name>, DbError> {
        let sql = match self.dialect() {
            Dialect::Postgres => postgres::record::TABLES,
            Dialect::Mysql | Dialect::Mariadb => mysql::record::TABLES,
            Dialect::Sqlite => sqlite::record::TABLES,
        };
        let rows = self.query(sql).await?;
        let tables = rows.iter().map(|row| Name {
            namespace: row.text(0).map(str::to_owned),
            name: row.text_or_empty(1).to_owned(),
        });
        Ok(tables
            .filter(|table| {
                table.namespace.is_some()
                    || !matches!(table.name.as_str(), HISTORY_TABLE | JOURNAL_TABLE)
            })
            .collect())
    }
}
