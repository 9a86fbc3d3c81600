//! One connection to one database, on which everything of a run happens.

mod link;
mod told;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use sea_orm::DatabaseConnection;
use sqlx::mysql::{MySqlConnection, MySqlPoolOptions};
use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::sqlite::SqlitePoolOptions;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Database, MySql, Pool, Postgres, Row as _,
    Sqlite,
};

use super::alive;
use super::grants::missing;
use super::patience::{Patience, within};
use super::row::{cells, mysql_text, postgres_text};
pub(super) use link::Waiting;

use super::{Canceller, DbError, DbErrorKind, Dialect, Endpoint, Row, mysql, sqlite};

/// Told of every statement, with how long it took.
pub type Observer = Arc<dyn Fn(&str, Duration) + Send + Sync>;

/// A connection of one's own, or the only one of a pool that SeaORM shares.
enum Link<DB: Database> {
    Own(DB::Connection),
    Pooled {
        pool: Pool<DB>,
        held: Option<PoolConnection<DB>>,
    },
}

impl<DB: Database> Link<DB> {
    async fn get(&mut self) -> Result<&mut DB::Connection, sqlx::Error> {
        match self {
            Link::Own(connection) => Ok(connection),
            Link::Pooled { pool, held } => match held {
                Some(connection) => Ok(connection),
                None => Ok(held.insert(pool.acquire().await?)),
            },
        }
    }

    async fn close(self) {
        match self {
            // The run is over: that a server is gone by now changes nothing.
            Link::Own(connection) => drop(connection.close().await),
            Link::Pooled { pool, held } => {
                drop(held);
                pool.close().await;
            }
        }
    }
}

enum Inner {
    Postgres(Link<Postgres>),
    Mysql(Link<MySql>),
    Sqlite(Link<Sqlite>, Arc<AtomicBool>),
}

/// One connection, on which everything of a run happens: lock, statements, history and journal.
///
/// When it is lost it stays lost: nothing reconnects behind the caller's back, since what would run
/// then would run without the lock.
pub struct Session {
    inner: Inner,
    dialect: Dialect,
    endpoint: Endpoint,
    /// The server's number of this connection.
    id: i64,
    version: String,
    /// Whom the server takes this session for.
    user: String,
    observer: Option<Observer>,
    /// Whether the connection is the store's and must outlive this session.
    borrowed: bool,
    /// The server was found not to be there any more: nothing more is said to it.
    lost: bool,
}

impl Session {
    /// Connects, without a pool, so that a refused port is said at once.
    ///
    /// # Errors
    /// The first rung that broke; `Unreachable` where nothing answered within `timeout`. Where the server has
    /// too many connections it is asked again for some seconds.
    pub async fn connect(endpoint: &Endpoint, timeout: Duration) -> Result<Session, DbError> {
        Self::connect_patiently(endpoint, timeout, None).await
    }

    /// Connects through a pool of exactly this connection, which [`Session::orm`] lends to SeaORM.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub async fn connect_shared(
        endpoint: &Endpoint,
        timeout: Duration,
    ) -> Result<Session, DbError> {
        Self::connect_patiently(endpoint, timeout, Some(timeout)).await
    }

    async fn connect_patiently(
        endpoint: &Endpoint,
        timeout: Duration,
        shared: Option<Duration>,
    ) -> Result<Session, DbError> {
        let mut patience = Patience::new();
        loop {
            match within(timeout, Self::connect_unbounded(endpoint, shared)).await {
                Err(error) if patience.waits(&error).await => {}
                result => return result,
            }
        }
    }

    async fn connect_unbounded(
        endpoint: &Endpoint,
        shared: Option<Duration>,
    ) -> Result<Session, DbError> {
        let started = Instant::now();
        let connect = |error: sqlx::Error| DbError::of_connect(&error);
        let (dialect, inner) = match endpoint {
            Endpoint::Postgres(options) => {
                let options = options.as_ref().clone();
                let link = match shared {
                    None => Link::Own(
                        PgConnection::connect_with(&options.disable_statement_logging())
                            .await
                            .map_err(connect)?,
                    ),
                    Some(timeout) => pooled(
                        only_connection(PgPoolOptions::new(), timeout)
                            .connect_with(options)
                            .await
                            .map_err(connect)?,
                    ),
                };
                (Dialect::Postgres, Inner::Postgres(link))
            }
            Endpoint::Mysql(options) => {
                // The server's own sql_mode holds, as for its own client; UTC, so that a revision
                // does the same from every machine.
                let options = options
                    .as_ref()
                    .clone()
                    .pipes_as_concat(false)
                    .no_engine_substitution(false);
                let link = match shared {
                    None => Link::Own(
                        MySqlConnection::connect_with(&options.disable_statement_logging())
                            .await
                            .map_err(connect)?,
                    ),
                    Some(timeout) => pooled(
                        only_connection(MySqlPoolOptions::new(), timeout)
                            .connect_with(options)
                            .await
                            .map_err(connect)?,
                    ),
                };
                (Dialect::Mysql, Inner::Mysql(link))
            }
            Endpoint::Sqlite(options) => {
                let options = options.as_ref().clone();
                let pool = only_connection(SqlitePoolOptions::new(), Duration::from_secs(30))
                    .connect_with(options)
                    .await
                    .map_err(connect)?;
                (Dialect::Sqlite, Inner::Sqlite(pooled(pool), Arc::default()))
            }
            Endpoint::Open(pool) => (
                Dialect::Sqlite,
                Inner::Sqlite(pooled(pool.clone()), Arc::default()),
            ),
        };
        let mut session = Session {
            inner,
            dialect,
            endpoint: endpoint.clone(),
            id: 0,
            version: String::new(),
            user: String::new(),
            observer: None,
            borrowed: matches!(endpoint, Endpoint::Open(_)),
            lost: false,
        };
        session.introduce().await?;
        session.told_of_connecting(started);
        Ok(session)
    }

    /// Learns the server's version and the connection's number; makes SQLite interruptible.
    async fn introduce(&mut self) -> Result<(), DbError> {
        let sql = match &mut self.inner {
            Inner::Postgres(_) => {
                "SELECT pg_backend_pid(), current_setting('server_version'), current_user"
            }
            Inner::Mysql(_) => "SELECT connection_id(), version(), current_user()",
            Inner::Sqlite(link, interrupted) => {
                let connection = link.get().await.map_err(|e| DbError::of_connect(&e))?;
                let mut handle = sqlite::lent::lock(connection)
                    .await
                    .map_err(|e| DbError::of_connect(&e))?;
                let flag = interrupted.clone();
                handle.set_progress_handler(1_000, move || !flag.load(Ordering::Relaxed));
                "SELECT 0, sqlite_version(), ''"
            }
        };
        let rows = self.query(sql).await?;
        if let Some(row) = rows.first() {
            self.id = row.integer(0).unwrap_or_default();
            self.version = row.text_or_empty(1).to_owned();
            self.user = row.text_or_empty(2).to_owned();
        }
        if self.dialect == Dialect::Mysql && self.version.contains("MariaDB") {
            self.dialect = Dialect::Mariadb;
        }
        Ok(())
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The server's version, as it says it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whom the server takes this session for; `user@host` on MySQL, empty on SQLite.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The server's number of this connection; 0 on SQLite.
    pub fn id(&self) -> i64 {
        self.id
    }

    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Runs one statement, or several as the server takes them, unprepared; returns the rows affected.
    ///
    /// # Errors
    /// What the server says, with the place in `sql` where it tells one.
    pub async fn run(&mut self, sql: &str) -> Result<u64, DbError> {
        let started = Instant::now();
        let raw = sqlx::raw_sql(AssertSqlSafe(sql));
        let inner = &mut self.inner;
        let work = async {
            match inner {
                Inner::Postgres(link) => match link.get().await {
                    Ok(connection) => raw
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                },
                Inner::Mysql(link) => match link.get().await {
                    Ok(connection) => raw
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                },
                Inner::Sqlite(link, _) => match link.get().await {
                    Ok(connection) => raw
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected()),
                    Err(error) => Err(error),
                },
            }
        };
        let result = watched(&self.endpoint, self.id, &mut self.lost, work).await;
        self.told(sql, started);
        match result {
            Ok(affected) => Ok(affected),
            Err(error) => Err(self.locate(&error, sql).await),
        }
    }

    /// Runs one query, unprepared; returns its rows as text.
    ///
    /// # Errors
    /// As [`Session::run`].
    pub async fn query(&mut self, sql: &str) -> Result<Vec<Row>, DbError> {
        let started = Instant::now();
        let raw = sqlx::raw_sql(AssertSqlSafe(sql));
        let inner = &mut self.inner;
        let work = async {
            match inner {
                Inner::Postgres(link) => match link.get().await {
                    Ok(connection) => raw.fetch_all(connection).await.and_then(|rows| {
                        rows.iter()
                            .map(|row| cells(row.len(), |i| postgres_text(row, i)))
                            .collect()
                    }),
                    Err(error) => Err(error),
                },
                Inner::Mysql(link) => match link.get().await {
                    Ok(connection) => raw.fetch_all(connection).await.and_then(|rows| {
                        rows.iter()
                            .map(|row| cells(row.len(), |i| mysql_text(row, i)))
                            .collect()
                    }),
                    Err(error) => Err(error),
                },
                Inner::Sqlite(link, _) => match link.get().await {
                    Ok(connection) => raw.fetch_all(connection).await.and_then(|rows| {
                        rows.iter()
                            .map(|row| cells(row.len(), |i| row.try_get_unchecked(i)))
                            .collect()
                    }),
                    Err(error) => Err(error),
                },
            }
        };
        let result = watched(&self.endpoint, self.id, &mut self.lost, work).await;
        self.told(sql, started);
        match result {
            Ok(rows) => Ok(rows),
            Err(error) => Err(self.locate(&error, sql).await),
        }
    }

    /// Sends the data of a `COPY … FROM stdin`; returns the rows taken.
    ///
    /// # Errors
    /// What the server says; `Statement` where the dialect has no COPY.
    pub async fn copy_in(&mut self, sql: &str, data: &[u8]) -> Result<u64, DbError> {
        let Inner::Postgres(link) = &mut self.inner else {
            return Err(DbError::new(
                DbErrorKind::Statement,
                format!("{} has no COPY … FROM stdin", self.dialect.title()),
            ));
        };
        let started = Instant::now();
        let work = async {
            let mut copy = link.get().await?.copy_in_raw(sql).await?;
            // In pieces: the driver holds what it sends once more.
            for piece in data.chunks(1 << 20) {
                copy.send(piece).await?;
            }
            copy.finish().await
        };
        let result = watched(&self.endpoint, self.id, &mut self.lost, work).await;
        self.told(sql, started);
        result.map_err(|error| DbError::of_statement(&error))
    }

    /// Lends the connection to SeaORM. It comes back by itself when SeaORM has let go of it.
    ///
    /// `None` where the session was not opened by [`Session::connect_shared`].
    pub async fn orm(&mut self) -> Option<DatabaseConnection> {
        match &mut self.inner {
            Inner::Postgres(Link::Pooled { pool, held }) => {
                give_back(held).await;
                Some(pool.clone().into())
            }
            Inner::Mysql(Link::Pooled { pool, held }) => {
                give_back(held).await;
                Some(pool.clone().into())
            }
            Inner::Sqlite(Link::Pooled { pool, held }, _) => {
                give_back(held).await;
                Some(pool.clone().into())
            }
            _ => None,
        }
    }

    /// Whether [`Session::orm`] can lend the connection.
    pub fn is_shared(&self) -> bool {
        matches!(
            &self.inner,
            Inner::Postgres(Link::Pooled { .. })
                | Inner::Mysql(Link::Pooled { .. })
                | Inner::Sqlite(Link::Pooled { .. }, _)
        )
    }

    /// What can stop a statement of this session from outside.
    pub fn canceller(&self) -> Canceller {
        Canceller {
            endpoint: self.endpoint.clone(),
            id: self.id,
            interrupted: match &self.inner {
                Inner::Sqlite(_, interrupted) => Some(interrupted.clone()),
                _ => None,
            },
        }
    }

    /// Ends the session; the server lets go of its locks.
    pub async fn close(self) {
        match self.inner {
            // Nobody would hear it.
            _ if self.lost => {}
            Inner::Postgres(link) => link.close().await,
            Inner::Mysql(link) => link.close().await,
            Inner::Sqlite(Link::Pooled { mut held, .. }, _) if self.borrowed => {
                give_back(&mut held).await;
            }
            Inner::Sqlite(link, _) => link.close().await,
        }
    }

    async fn locate(&mut self, error: &sqlx::Error, sql: &str) -> DbError {
        let mut read = DbError::of_statement(error);
        if read.kind == DbErrorKind::Privilege {
            read.more.missing = missing(self.dialect, &read.message, sql, &self.user);
        }
        if read.position.is_none() && read.kind == DbErrorKind::Statement {
            read.position = match &mut self.inner {
                Inner::Mysql(_) => mysql::error::position(&read.message, sql),
                Inner::Sqlite(link, _) => match link.get().await {
                    Ok(connection) => sqlite::error::position(connection, sql).await,
                    Err(_) => None,
                },
                Inner::Postgres(_) => None,
            };
        }
        read
    }
}

/// Waits for `work` as long as the server is there, and not at all where it is known to be gone.
async fn watched<T>(
    endpoint: &Endpoint,
    id: i64,
    lost: &mut bool,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    if *lost {
        return Err(alive::lost("the server does not answer any more"));
    }
    let result = alive::unless_lost(endpoint, id, work).await;
    *lost = matches!(&result, Err(sqlx::Error::Io(_)));
    result
}

/// A pool of exactly one connection that is never replaced.
///
/// sqlx opens a new connection in silence when the old one is lost; what ran on it would run without
/// the lock, so the second one is refused before anything can use it.
fn only_connection<DB: Database>(options: PoolOptions<DB>, timeout: Duration) -> PoolOptions<DB> {
    let opened = Arc::new(AtomicBool::new(false));
    options
        .max_connections(1)
        .min_connections(0)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .acquire_timeout(timeout)
        .after_connect(move |_, _| {
            let again = opened.swap(true, Ordering::SeqCst);
            Box::pin(async move {
                if again {
                    Err(sqlx::Error::PoolClosed)
                } else {
                    Ok(())
                }
            })
        })
}

fn pooled<DB: Database>(pool: Pool<DB>) -> Link<DB> {
    Link::Pooled { pool, held: None }
}

async fn give_back<DB: Database>(held: &mut Option<PoolConnection<DB>>) {
    if let Some(mut connection) = held.take() {
        connection.return_to_pool().await;
    }
}
