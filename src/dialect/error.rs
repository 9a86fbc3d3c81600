//! What a server or driver said went wrong, brought to one shape.

use super::grants::Missing;
use super::{mysql, postgres, sqlite};

/// What kind of trouble it is, as far as it changes what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DbErrorKind {
    /// Nothing answers there: unknown host, refused port, time-out.
    Unreachable,
    /// TLS could not be agreed upon, or the certificate does not hold.
    Tls,
    /// The server answered and turned the login down.
    Login,
    NoSuchDatabase,
    /// Starting up, shutting down.
    NotReady,
    TooManyConnections,
    /// The connection broke: whether the last statement ran is not known.
    ConnectionLost,
    /// Lock or statement time-out, a busy file.
    Busy,
    /// Deadlock or serialization failure: the same again may work.
    Deadlock,
    /// Cancelled on request.
    Cancelled,
    Constraint,
    Privilege,
    ReadOnly,
    DiskFull,
    /// Anything else that the server says of a statement: syntax, no such table, …
    Statement,
    /// The database file is not one, or is damaged.
    Corrupt,
    /// The file could not be opened or written.
    File,
    /// What the driver says of itself.
    Driver,
}

/// An error of a database, with whatever the server added to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DbError {
    pub kind: DbErrorKind,
    pub message: String,
    /// SQLSTATE, or SQLite's extended result code.
    pub code: Option<String>,
    /// Where in the statement, in characters from 1.
    pub position: Option<usize>,
    /// In a box, so that a result with this error stays small.
    pub more: Box<More>,
}

/// What a server may add to its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    pub detail: Option<String>,
    pub hint: Option<String>,
    /// PostgreSQL's context: the functions that were running.
    pub context: Option<String>,
    pub namespace: Option<String>,
    pub table: Option<String>,
    pub column: Option<String>,
    pub constraint: Option<String>,
    /// The privilege that was missing, where the server's words tell.
    pub missing: Option<Missing>,
}

impl std::error::Error for DbError {}

impl std::fmt::Display for DbError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl DbError {
    pub fn new(kind: DbErrorKind, message: impl Into<String>) -> Self {
        DbError {
            kind,
            message: message.into(),
            code: None,
            position: None,
            more: Box::default(),
        }
    }

    /// Whether the server turned a connection away that was in plain: no rule of `pg_hba.conf` for it,
    /// or `require_secure_transport`.
    pub fn wants_tls(&self) -> bool {
        matches!(self.code.as_deref(), Some("28000" | "3159"))
    }

    /// Whether the server found nothing to run.
    pub fn is_empty_query(&self) -> bool {
        self.code.as_deref() == Some(mysql::error::EMPTY_QUERY)
    }

    /// From sqlx, while a connection is there.
    pub fn of_statement(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(inner) => Self::of_server(inner.as_ref()),
            sqlx::Error::Io(io) => Self::new(
                DbErrorKind::ConnectionLost,
                format!("the connection to the server was lost: {io}"),
            ),
            sqlx::Error::PoolClosed | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => {
                Self::new(
                    DbErrorKind::ConnectionLost,
                    "the connection to the server was lost",
                )
            }
            // What a torn stream looks like to sqlx's decoder.
            sqlx::Error::Protocol(text) => Self::new(DbErrorKind::ConnectionLost, text.clone()),
            // Servers see to it that texts are such; in a SQLite file a flipped bit can make it so.
            sqlx::Error::ColumnDecode { source, .. } if source.is::<std::str::Utf8Error>() => {
                Self::new(
                    DbErrorKind::Corrupt,
                    format!("a text in the database is not UTF-8: {source}"),
                )
            }
            other => Self::new(DbErrorKind::Driver, other.to_string()),
        }
    }

    /// From sqlx, while connecting.
    pub fn of_connect(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(inner) => Self::of_server(inner.as_ref()),
            sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => {
                Self::new(DbErrorKind::Tls, io.to_string())
            }
            sqlx::Error::Io(io) => Self::new(DbErrorKind::Unreachable, io.to_string()),
            sqlx::Error::Tls(inner) => Self::new(DbErrorKind::Tls, inner.to_string()),
            sqlx::Error::PoolTimedOut => Self::new(
                DbErrorKind::Unreachable,
                "no connection within the time-out",
            ),
            sqlx::Error::Configuration(inner) => Self::new(DbErrorKind::Driver, inner.to_string()),
            other => Self::new(DbErrorKind::Unreachable, other.to_string()),
        }
    }

    /// From SeaORM, which wraps sqlx; what is SeaORM's own keeps its words.
    pub fn of_orm(error: &sea_orm::DbErr) -> Self {
        use sea_orm::{DbErr, RuntimeErr};
        match error {
            DbErr::Exec(RuntimeErr::SqlxError(inner))
            | DbErr::Query(RuntimeErr::SqlxError(inner))
            | DbErr::Conn(RuntimeErr::SqlxError(inner)) => Self::of_statement(inner),
            DbErr::ConnectionAcquire(_) => Self::new(
                DbErrorKind::ConnectionLost,
                "the connection to the server was lost",
            ),
            other => Self::new(DbErrorKind::Statement, other.to_string()),
        }
    }

    fn of_server(error: &dyn sqlx::error::DatabaseError) -> Self {
        if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            postgres::error::read(error)
        } else if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
            mysql::error::read(error)
        } else if let Some(error) = error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
            sqlite::error::read(error)
        } else {
            Self::new(DbErrorKind::Statement, error.message())
        }
    }
}
