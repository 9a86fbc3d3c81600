//! Where to connect.

use sqlx::SqlitePool;
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::sqlite::SqliteConnectOptions;

/// Where to connect. It holds the password and so has no `Debug`.
#[derive(Clone)]
pub enum Endpoint {
    Postgres(Box<PgConnectOptions>),
    Mysql(Box<MySqlConnectOptions>),
    Sqlite(Box<SqliteConnectOptions>),
    /// A SQLite database that is open already: the JSON store's, in memory.
    Open(SqlitePool),
}

impl Endpoint {
    /// The same, with TLS required, whoever answers; `None` where there is no network in between.
    pub fn encrypted(&self) -> Option<Endpoint> {
        match self {
            Endpoint::Postgres(options) => Some(Endpoint::Postgres(Box::new(
                options.as_ref().clone().ssl_mode(PgSslMode::Require),
            ))),
            Endpoint::Mysql(options) => Some(Endpoint::Mysql(Box::new(
                options.as_ref().clone().ssl_mode(MySqlSslMode::Required),
            ))),
            Endpoint::Sqlite(_) | Endpoint::Open(_) => None,
        }
    }
}
