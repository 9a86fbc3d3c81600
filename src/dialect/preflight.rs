//! What would stop a run, asked before its first statement.

use std::time::Duration;

use super::{DbError, Dialect, Session, mysql, postgres};
use crate::schema::Name;

/// Why the server would refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A standby: it replays another server's changes.
    Standby,
    ReadOnly {
        setting: &'static str,
    },
    /// What may not be done, and the statement that would allow it.
    Privilege {
        what: String,
        grant: String,
    },
    /// A pooler hands each transaction to another server connection, so that no lock can be kept.
    TransactionPooler,
}

impl Session {
    /// Indexes that a failed CREATE INDEX CONCURRENTLY has left: they cost, and serve nobody.
    ///
    /// # Errors
    /// What the server says.
    pub async fn invalid_indexes(&mut self) -> Result<Vec<Name>, DbError> {
        match self.dialect() {
            Dialect::Postgres => postgres::preflight::invalid_indexes(self).await,
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => Ok(Vec::new()),
        }
    }

    /// Asks the server whether a run could write here at all.
    ///
    /// # Errors
    /// What the server says.
    pub async fn refusal(&mut self, timeout: Duration) -> Result<Option<Refusal>, DbError> {
        match self.dialect() {
            Dialect::Postgres => postgres::preflight::refusal(self, timeout).await,
            Dialect::Mysql | Dialect::Mariadb => mysql::preflight::refusal(self).await,
            // It says so at the first write, which is the journal's, before anything is done.
            Dialect::Sqlite => Ok(None),
        }
    }

    /// Asks whether the server would let this user do what revisions ordinarily do, beside [`Session::refusal`].
    ///
    /// # Errors
    /// What the server says.
    pub async fn restrained(&mut self) -> Result<Option<Refusal>, DbError> {
        const ORDINARY: [&str; 6] = [
            "CREATE TABLE t (a int)",
            "ALTER TABLE t ADD b int",
            "CREATE INDEX i ON t (a)",
            "DROP TABLE t",
            "UPDATE t SET a = 1",
            "DELETE FROM t",
        ];
        match self.dialect() {
            Dialect::Postgres => postgres::preflight::unwritable(self).await,
            _ => self.forbidden(&ORDINARY).await,
        }
    }

    /// Asks whether `statements` are this user's to run, where what has run before a refusal would stay.
    ///
    /// # Errors
    /// What the server says.
    pub async fn forbidden(&mut self, statements: &[&str]) -> Result<Option<Refusal>, DbError> {
        match self.dialect() {
            Dialect::Mysql | Dialect::Mariadb => {
                mysql::preflight::forbidden(self, statements).await
            }
            Dialect::Postgres | Dialect::Sqlite => Ok(None),
        }
    }
}
