//! The database that a command is about, and a session on it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::OpenError;
use crate::config::{Backend, DatabaseUrl, SqliteLocation, SqliteMode, TlsMode, driver};
use crate::dialect::{DbError, DbErrorKind, Dialect, Endpoint, Observer, Session};
use crate::health::ladder::{self, Address, Broken, Place};
use crate::json::{Access, Committed, Notice, Store};

/// The most time that is spent on the reason after a connection failed.
const LOOKING: Duration = Duration::from_secs(2);

/// What the session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Nothing is written, and nothing is made that is not there.
    Look,
    /// The JSON store's lock is taken, waited for at most so long.
    Work { wait: Duration },
}

/// A database, and how to get there.
#[derive(Clone, Debug)]
pub struct Target {
    backend: Backend,
    connect_timeout: Duration,
    /// How long to wait for a server that is starting or not there yet.
    wait: Duration,
    /// How long a statement may take that only looks.
    query_timeout: Duration,
}

/// A database with a session on it.
pub struct Opened {
    session: Option<Session>,
    store: Option<Store>,
    dialect: Dialect,
}

impl Target {
    pub fn new(
        backend: Backend,
        connect_timeout: Duration,
        wait: Duration,
        query_timeout: Duration,
    ) -> Target {
        Target {
            backend,
            connect_timeout,
            wait,
            query_timeout,
        }
    }

    /// The same, waited for no longer than so.
    #[must_use]
    pub fn waiting(&self, wait: Duration) -> Target {
        Target {
            wait,
            ..self.clone()
        }
    }

    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    pub fn connect_timeout(&self) -> Duration {
        self.connect_timeout
    }

    /// The same target for somebody who looks again anyhow: a connection takes at most so long.
    #[must_use]
    pub fn connecting_within(mut self, most: Duration) -> Target {
        self.connect_timeout = self.connect_timeout.min(most);
        self
    }

    /// What a person is told: the backend and where it is, without secrets.
    pub fn describe(&self) -> String {
        match &self.backend {
            Backend::Json { dir } => format!("JSON store {}", dir.display()),
            Backend::Sqlite(at) => match &at.path {
                Some(path) => format!("SQLite {}", path.display()),
                None => "SQLite in memory".to_owned(),
            },
            Backend::Postgresql(url) | Backend::Mysql(url) => url.to_string(),
        }
    }

    /// The name that has to be typed before it is emptied.
    pub fn name(&self) -> String {
        let file_name = |path: &PathBuf| {
            path.file_name().map_or_else(
                || path.display().to_string(),
                |name| name.to_string_lossy().into_owned(),
            )
        };
        match &self.backend {
            Backend::Json { dir } => file_name(dir),
            Backend::Sqlite(at) => at
                .path
                .as_ref()
                .map_or_else(|| "memory".to_owned(), file_name),
            Backend::Postgresql(url) | Backend::Mysql(url) => {
                url.database().unwrap_or_default().to_owned()
            }
        }
    }

    /// What `DATABASE_TYPE` calls it.
    pub fn backend_name(&self) -> &'static str {
        match &self.backend {
            Backend::Json { .. } => "json",
            Backend::Sqlite(_) => "sqlite",
            Backend::Postgresql(_) => "postgresql",
            Backend::Mysql(_) => "mysql",
        }
    }

    /// The dialect as far as it is known without connecting: MariaDB counts as MySQL.
    pub fn dialect(&self) -> Dialect {
        match &self.backend {
            Backend::Json { .. } | Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgresql(_) => Dialect::Postgres,
            Backend::Mysql(_) => Dialect::Mysql,
        }
    }

    /// Another database on the same server.
    pub fn with_database(&self, database: &str) -> Target {
        let backend = match &self.backend {
            Backend::Postgresql(url) => Backend::Postgresql(url.with_database(database)),
            Backend::Mysql(url) => Backend::Mysql(url.with_database(database)),
            other => other.clone(),
        };
        Target {
            backend,
            ..self.clone()
        }
    }

    /// The file or directory, where it is not there.
    pub fn missing(&self) -> Option<&Path> {
        let path = match &self.backend {
            Backend::Json { dir } => dir.as_path(),
            Backend::Sqlite(at) => at.path.as_deref()?,
            Backend::Postgresql(_) | Backend::Mysql(_) => return None,
        };
        (!path.exists()).then_some(path)
    }

    /// The URL, where the backend is a server.
    pub fn url(&self) -> Option<&DatabaseUrl> {
        match &self.backend {
            Backend::Postgresql(url) | Backend::Mysql(url) => Some(url),
            Backend::Json { .. } | Backend::Sqlite(_) => None,
        }
    }

    /// Where the server should be, and who wants in; `None` where there is no server.
    pub fn place(&self) -> Option<Place> {
        let url = self.url()?;
        let user = driver::user(url);
        Some(Place {
            dialect: self.dialect(),
            address: match driver::socket_file(url) {
                Some(path) => Address::Socket(path),
                None => Address::Network {
                    host: url.host().unwrap_or("localhost").to_owned(),
                    port: url.port(),
                },
            },
            database: url.database().unwrap_or(&user).to_owned(),
            user,
            password: url.expose_password().is_some_and(|one| !one.is_empty()),
            encrypted: matches!(
                url.tls().mode,
                TlsMode::Require | TlsMode::VerifyCa | TlsMode::VerifyFull
            ),
            authorities: url.authorities().map(Path::to_owned),
        })
    }

    /// The first rung that breaks on the way to the server, after it could not be opened.
    pub async fn explain(&self, error: &DbError) -> Option<Broken> {
        ladder::look(&self.place()?, error, self.looking()).await
    }

    /// How long may be looked for the reason after a connection failed. It comes off the time for connecting.
    fn looking(&self) -> Duration {
        LOOKING.min(self.connect_timeout / 2)
    }

    /// Where a session of its own connects.
    ///
    /// # Errors
    /// For a JSON store, which has to be opened first.
    pub fn endpoint(&self) -> Result<Endpoint, DbError> {
        match &self.backend {
            Backend::Json { dir } => Err(DbError::new(
                DbErrorKind::Driver,
                format!("{} has to be opened as a store", dir.display()),
            )),
            Backend::Sqlite(at) => Ok(Endpoint::Sqlite(Box::new(driver::sqlite_options(at)))),
            Backend::Postgresql(url) => {
                Ok(Endpoint::Postgres(Box::new(driver::postgres_options(url))))
            }
            Backend::Mysql(url) => Ok(Endpoint::Mysql(Box::new(driver::mysql_options(url)))),
        }
    }

    /// Opens a session.
    ///
    /// # Errors
    /// What stood in the way; a server that is not there is waited for as long as the target says.
    pub async fn open(
        &self,
        purpose: Purpose,
        observer: Option<Observer>,
    ) -> Result<Opened, OpenError> {
        let (endpoint, store) = match &self.backend {
            Backend::Json { dir } => {
                let access = match purpose {
                    Purpose::Look => Access::Read,
                    Purpose::Work { wait } => Access::Write { wait },
                };
                let store = Store::open(dir, access).await?;
                (Endpoint::Open(store.pool().clone()), Some(store))
            }
            Backend::Sqlite(at) => {
                let mut at = at.clone();
                if purpose == Purpose::Look && at.mode == SqliteMode::Create {
                    match &at.path {
                        // A file that is not there is looked at as the empty database that it would be.
                        Some(path) if !path.exists() => at.path = None,
                        _ => at.mode = SqliteMode::ReadWrite,
                    }
                }
                (
                    Endpoint::Sqlite(Box::new(driver::sqlite_options(&at))),
                    None,
                )
            }
            Backend::Postgresql(_) | Backend::Mysql(_) => (self.endpoint()?, None),
        };
        let mut session = match (self.connect(&endpoint).await, purpose, &self.backend) {
            (Err(error), Purpose::Look, Backend::Sqlite(at)) => self.still(error, at).await?,
            (connected, ..) => connected?,
        };
        session.observe(observer);
        if purpose == Purpose::Look {
            session.bound(self.query_timeout).await?;
        }
        Ok(Opened {
            dialect: session.dialect(),
            session: Some(session),
            store,
        })
    }

    /// A session on a file that could not be opened, for looking alone. In write-ahead mode SQLite makes two
    /// files beside the database even to read it, so where it may not, it is read as one that nobody changes.
    async fn still(&self, mut error: DbError, at: &SqliteLocation) -> Result<Session, DbError> {
        let Some(path) = at.path.as_ref().filter(|_| error.kind == DbErrorKind::File) else {
            return Err(error);
        };
        let mut log = path.clone().into_os_string();
        log.push("-wal");
        if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
            let log = log.to_string_lossy();
            error.message.push_str(&format!(
                ": commits are left in {log}, and whoever may write there takes them in"
            ));
            return Err(error);
        }
        let still = SqliteLocation {
            mode: SqliteMode::ReadOnly,
            immutable: true,
            ..at.clone()
        };
        let endpoint = Endpoint::Sqlite(Box::new(driver::sqlite_options(&still)));
        self.connect(&endpoint).await.map_err(|_| error)
    }

    /// One attempt; a second one with TLS where the first was in plain and the server insists.
    async fn connect_once(&self, endpoint: &Endpoint) -> Result<Session, DbError> {
        let timeout = self.connect_timeout - self.looking();
        let connecting = Session::connect(endpoint, timeout);
        let connected = match self.place() {
            None => connecting.await,
            // A driver waits for the greeting of whoever answers until its time is over.
            Some(place) => tokio::select! {
                connected = connecting => connected,
                broken = ladder::stranger(&place) => {
                    Err(DbError::new(DbErrorKind::Unreachable, broken.cause.to_string()))
                }
            },
        };
        let error = match connected {
            Ok(session) => return Ok(session),
            Err(error) => error,
        };
        let allowed = self
            .url()
            .is_some_and(|url| url.tls().mode == TlsMode::Allow);
        if !(allowed && error.wants_tls()) {
            return Err(error);
        }
        let Some(encrypted) = endpoint.encrypted() else {
            return Err(error);
        };
        match Box::pin(Session::connect(&encrypted, timeout)).await {
            Err(second) if second.kind == DbErrorKind::Tls => Err(error),
            result => result,
        }
    }

    async fn connect(&self, endpoint: &Endpoint) -> Result<Session, DbError> {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let error = match self.connect_once(endpoint).await {
                Ok(session) => return Ok(session),
                Err(error) => error,
            };
            let patience = match error.kind {
                DbErrorKind::Unreachable
                | DbErrorKind::NotReady
                | DbErrorKind::TooManyConnections => self.wait,
                _ => return Err(error),
            };
            if started.elapsed() >= patience {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis((50 << attempts.min(4)).min(500))).await;
        }
    }
}

impl Opened {
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The session.
    pub fn session(&mut self) -> &mut Session {
        self.session
            .as_mut()
            .expect("the session is only taken at the end")
    }

    /// The session, for a run that ends with it. What the store has to save stays here.
    pub fn take_session(&mut self) -> Session {
        self.session.take().expect("the session is only taken once")
    }

    /// What was noticed when a JSON store was opened.
    pub fn notices(&self) -> &[Notice] {
        self.store.as_ref().map_or(&[], Store::notices)
    }

    /// Saves what a JSON store holds; nothing to do on servers.
    ///
    /// # Errors
    /// What the file system or the store says; the files are as they were then.
    pub async fn commit(&mut self) -> Result<Option<Committed>, OpenError> {
        match &self.store {
            Some(store) => Ok(Some(store.commit().await?)),
            None => Ok(None),
        }
    }

    /// Ends the session.
    pub async fn close(self) {
        if let Some(session) = self.session {
            session.close().await;
        }
    }
}
