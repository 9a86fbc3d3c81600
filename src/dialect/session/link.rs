//! A session's own connection, lent to what streams rows, and asked after as for any statement.

use std::future::Future;

use sqlx::mysql::MySqlConnection;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnection;
use sqlx::{MySql, Sqlite};

use super::{Inner, Link, Session, watched};
use crate::dialect::{DbError, DbErrorKind, Endpoint};

/// Waits for what a connection does as long as its server is there.
pub(in crate::dialect) struct Waiting<'s> {
    endpoint: &'s Endpoint,
    id: i64,
    lost: &'s mut bool,
}

impl Waiting<'_> {
    pub(in crate::dialect) async fn wait<T>(
        &mut self,
        work: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        watched(self.endpoint, self.id, self.lost, work).await
    }
}

fn another() -> DbError {
    DbError::new(DbErrorKind::Driver, "the session is of another database")
}

impl Session {
    pub(in crate::dialect) async fn postgres(
        &mut self,
    ) -> Result<(&mut PgConnection, Waiting<'_>), DbError> {
        let Inner::Postgres(link) = &mut self.inner else {
            return Err(another());
        };
        let waiting = Waiting {
            endpoint: &self.endpoint,
            id: self.id,
            lost: &mut self.lost,
        };
        let connection = link.get().await;
        Ok((connection.map_err(|e| DbError::of_statement(&e))?, waiting))
    }

    pub(in crate::dialect) async fn mysql(
        &mut self,
    ) -> Result<(&mut MySqlConnection, Waiting<'_>), DbError> {
        let Inner::Mysql(link) = &mut self.inner else {
            return Err(another());
        };
        let waiting = Waiting {
            endpoint: &self.endpoint,
            id: self.id,
            lost: &mut self.lost,
        };
        let connection = link.get().await;
        Ok((connection.map_err(|e| DbError::of_statement(&e))?, waiting))
    }

    /// Where SQLite's connection is kept: there when this returns, to be taken and put back.
    pub(in crate::dialect) async fn sqlite_slot(
        &mut self,
    ) -> Result<&mut Option<PoolConnection<Sqlite>>, DbError> {
        let Inner::Sqlite(link, _) = &mut self.inner else {
            return Err(another());
        };
        link.get().await.map_err(|e| DbError::of_statement(&e))?;
        match link {
            Link::Pooled { held, .. } => Ok(held),
            Link::Own(_) => Err(another()),
        }
    }

    /// Runs one statement of MySQL's, prepared, with its values.
    ///
    /// # Errors
    /// What the server says.
    pub(in crate::dialect) async fn run_with(
        &mut self,
        sql: &str,
        values: <MySql as sqlx::Database>::Arguments,
        kept: bool,
    ) -> Result<u64, DbError> {
        use sqlx::Executor as _;
        let (connection, mut waiting) = self.mysql().await?;
        let query = sqlx::query_with(sqlx::AssertSqlSafe(sql), values).persistent(kept);
        let result = waiting.wait(connection.execute(query)).await;
        result
            .map(|done| done.rows_affected())
            .map_err(|error| DbError::of_statement(&error))
    }
}
