//! Several connections to one database, as an application holds them.

use std::time::Duration;

use sea_orm::DatabaseConnection;
use sqlx::ConnectOptions as _;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;

use super::{DbError, Dialect, Endpoint};

impl Endpoint {
    /// Exactly so many connections, all of them open.
    ///
    /// # Errors
    /// What stood in the way; `TooManyConnections` where the server has fewer to give.
    pub async fn pool(
        &self,
        connections: u32,
        timeout: Duration,
    ) -> Result<DatabaseConnection, DbError> {
        macro_rules! open {
            ($options:ty, $at:expr) => {
                <$options>::new()
                    .min_connections(connections)
                    .max_connections(connections)
                    .test_before_acquire(false)
                    .acquire_timeout(timeout)
                    .connect_with($at.as_ref().clone().disable_statement_logging())
                    .await
                    .map_err(|error| DbError::of_connect(&error))?
                    .into()
            };
        }
        Ok(match self {
            Endpoint::Postgres(at) => open!(PgPoolOptions, at),
            Endpoint::Mysql(at) => open!(MySqlPoolOptions, at),
            Endpoint::Sqlite(at) => open!(SqlitePoolOptions, at),
            Endpoint::Open(pool) => pool.clone().into(),
        })
    }
}

impl Dialect {
    /// What stands in a statement for its n-th value, from 1.
    pub fn placeholder(self, n: usize) -> String {
        match self {
            Dialect::Postgres => format!("${n}"),
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => "?".to_owned(),
        }
    }
}
