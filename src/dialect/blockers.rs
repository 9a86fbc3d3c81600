//! Who holds the lock that a statement waits for.

use super::lock::Holder;
use super::{DbError, Dialect, Session, mysql, postgres};

/// The sessions in the way of another one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blockers {
    pub holders: Vec<Holder>,
    /// The server does not tell who holds the lock; these are the sessions that may.
    pub guessed: bool,
}

impl Session {
    /// Who is in the way of the session with this number; nobody where it waits for no lock. `own` are
    /// sessions that are not to be named.
    ///
    /// # Errors
    /// What the server says.
    pub async fn blockers(&mut self, session: i64, own: &[i64]) -> Result<Blockers, DbError> {
        match self.dialect() {
            Dialect::Postgres => postgres::lock::blockers(self, session).await,
            Dialect::Mysql | Dialect::Mariadb => mysql::lock::blockers(self, session, own).await,
            Dialect::Sqlite => Ok(Blockers::default()),
        }
    }
}
