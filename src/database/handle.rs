//! One handle for an application's own queries, whatever the backend.

use std::time::Duration;

use sea_orm::DatabaseConnection;
use sqlx::ConnectOptions;
use sqlx::mysql::MySqlPoolOptions;
use sqlx::pool::PoolOptions;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::SqlitePoolOptions;

use crate::config::{Backend, Config, ConfigError, Database, SqliteMode, driver};
use crate::dialect::DbError;
use crate::json::{Access, Store, StoreError};

/// How long a second writer of a JSON store waits for the first.
const STORE_WAIT: Duration = Duration::from_secs(30);

/// Why a backend could not be opened or saved.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Database(#[from] DbError),
}

/// A backend, open for an application.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use piton::config::{Config, Flags, Surroundings};
///
/// let config = Config::load(&Flags::default(), &Surroundings::of_process()?)?;
/// let database = piton::open(&config).await?;
/// // … SeaORM as ever, on database.connection() …
/// database.commit().await?;
/// # Ok(())
/// # }
/// ```
pub struct Handle {
    connection: DatabaseConnection,
    store: Option<Store>,
}

/// Opens the backend that the configuration names.
///
/// # Errors
/// Where the configuration names none, or it cannot be opened.
pub async fn open(config: &Config) -> Result<Handle, OpenError> {
    open_with(config, Access::Write { wait: STORE_WAIT }).await
}

/// Opens the backend that the configuration names, for who writes nothing: a JSON store is not locked, and a
/// SQLite file that is not there is not made.
///
/// # Errors
/// As [`open`].
pub async fn open_for_reading(config: &Config) -> Result<Handle, OpenError> {
    open_with(config, Access::Read).await
}

async fn open_with(config: &Config, access: Access) -> Result<Handle, OpenError> {
    let connect = |error: sqlx::Error| OpenError::Database(DbError::of_connect(&error));
    let settings = &config.database;
    let (connection, store) = match config.backend()? {
        Backend::Json { dir } => {
            let store = Store::open(&dir, access).await?;
            store.on_unsaved_drop(|dir| {
                tracing::warn!(
                    store = %dir.display(),
                    "dropped with unsaved work: what was committed since the last Handle::commit is gone"
                );
            });
            (store.connection().clone(), Some(store))
        }
        Backend::Sqlite(mut at) => {
            if matches!(access, Access::Read) && at.mode == SqliteMode::Create && at.path.is_some()
            {
                at.mode = SqliteMode::ReadWrite;
            }
            let options = logged(driver::sqlite_options(&at), settings);
            let pool = if at.path.is_none() {
                // Each connection to memory is a database of its own.
                SqlitePoolOptions::new()
                    .max_connections(1)
                    .idle_timeout(None)
                    .max_lifetime(None)
            } else {
                sized(SqlitePoolOptions::new(), settings)
            };
            (
                pool.connect_with(options).await.map_err(connect)?.into(),
                None,
            )
        }
        Backend::Postgresql(url) => {
            let options = logged(driver::postgres_options(&url), settings);
            let pool = sized(PgPoolOptions::new(), settings)
                .connect_with(options)
                .await;
            (pool.map_err(connect)?.into(), None)
        }
        Backend::Mysql(url) => {
            let options = logged(driver::mysql_options(&url), settings);
            let pool = sized(MySqlPoolOptions::new(), settings)
                .connect_with(options)
                .await;
            (pool.map_err(connect)?.into(), None)
        }
    };
    Ok(Handle { connection, store })
}

/// The driver tells of every statement where that was asked for, as an event of `sqlx::query`.
fn logged<O: ConnectOptions>(options: O, settings: &Database) -> O {
    if settings.query_logging.value {
        options
    } else {
        options.disable_statement_logging()
    }
}

fn sized<DB: sqlx::Database>(options: PoolOptions<DB>, settings: &Database) -> PoolOptions<DB> {
    options
        .max_connections(settings.max_connections())
        .min_connections(0)
        .acquire_timeout(Duration::from_secs(settings.pool_timeout_s.value))
}

impl Handle {
    /// SeaORM's connection.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Makes everything that was committed so far durable: on a JSON store it writes the files; on a
    /// server, where each commit is durable by itself, it does nothing.
    ///
    /// # Errors
    /// What the file system or the store says; the files are as they were then.
    pub async fn commit(&self) -> Result<(), OpenError> {
        if let Some(store) = &self.store {
            store.commit().await?;
        }
        Ok(())
    }
}
