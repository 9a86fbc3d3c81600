//! The lock of a run: one run a database, whoever started it and wherever.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{DbError, DbErrorKind, Dialect, Endpoint, Session, mysql, postgres};

/// What is locked: everything that two runs must share to be in each other's way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockKey([u8; 32]);

impl LockKey {
    pub fn new(database: &str, namespace: &str, journal: &str) -> Self {
        let mut hash = Sha256::new();
        for part in ["piton", database, namespace, journal] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        LockKey(hash.finalize().into())
    }

    /// PostgreSQL's advisory locks are numbered by a signed 64-bit integer.
    pub(crate) fn number(&self) -> i64 {
        i64::from_be_bytes(self.0[..8].try_into().expect("a hash has 32 bytes"))
    }

    /// MySQL's are named, with 64 characters at most.
    pub(crate) fn name(&self) -> String {
        format!("piton_{}", hex::encode(&self.0[..20]))
    }
}

/// Who holds the lock, as far as the server or the file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    pub pid: Option<i64>,
    pub user: Option<String>,
    pub host: Option<String>,
    pub program: Option<String>,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.pid {
            Some(pid) => write!(f, "process {pid}")?,
            None => f.write_str("an unknown process")?,
        }
        if let Some(user) = &self.user {
            write!(f, " of {user}")?;
        }
        if let Some(host) = &self.host {
            write!(f, " on {host}")?;
        }
        if let Some(program) = &self.program {
            write!(f, " ({program})")?;
        }
        Ok(())
    }
}

/// The lock, held. On a server it lives in the session; beside a SQLite file, in a sidecar.
pub struct RunLock {
    key: LockKey,
    file: Option<File>,
    /// The JSON store holds its own lock for as long as it is open.
    elsewhere: bool,
}

impl RunLock {
    /// Tries once, without waiting.
    ///
    /// # Errors
    /// What the server says, or `File` where the sidecar cannot be opened.
    pub async fn try_acquire(
        session: &mut Session,
        key: &LockKey,
    ) -> Result<Result<RunLock, Option<Holder>>, DbError> {
        let lock = |file, elsewhere| RunLock {
            key: key.clone(),
            file,
            elsewhere,
        };
        match session.dialect() {
            Dialect::Postgres => {
                if postgres::lock::try_lock(session, key).await? {
                    return Ok(Ok(lock(None, false)));
                }
                Ok(Err(postgres::lock::holder(session, key).await?))
            }
            Dialect::Mysql | Dialect::Mariadb => {
                if mysql::lock::try_lock(session, key).await? {
                    return Ok(Ok(lock(None, false)));
                }
                Ok(Err(mysql::lock::holder(session, key).await?))
            }
            Dialect::Sqlite => match sidecar(session.endpoint()) {
                None => Ok(Ok(lock(None, true))),
                Some(path) => match lock_file(&path) {
                    Ok(Ok(file)) => Ok(Ok(lock(Some(file), false))),
                    Ok(Err(holder)) => Ok(Err(holder)),
                    Err(error) => Err(DbError::new(
                        DbErrorKind::File,
                        format!("cannot lock {}: {error}", path.display()),
                    )),
                },
            },
        }
    }

    /// Who holds it; asks, and takes nothing. Of a JSON store the store tells.
    ///
    /// # Errors
    /// What the server says.
    pub async fn holder(session: &mut Session, key: &LockKey) -> Result<Option<Holder>, DbError> {
        match session.dialect() {
            Dialect::Postgres => postgres::lock::holder(session, key).await,
            Dialect::Mysql | Dialect::Mariadb => mysql::lock::holder(session, key).await,
            Dialect::Sqlite => Ok(sidecar(session.endpoint()).and_then(|path| held_by(&path))),
        }
    }

    /// A statement that fails where this session does not hold the lock; `None` where there is none of the kind.
    pub(crate) fn held_or_fail(&self, dialect: Dialect) -> Option<String> {
        (dialect == Dialect::Postgres).then(|| postgres::lock::held_or_fail(&self.key))
    }

    /// A query whose only cell says whether *this* session holds the lock; `None` where the lock is
    /// this process's own and cannot be lost.
    pub(crate) fn held_query(&self, dialect: Dialect) -> Option<String> {
        if self.file.is_some() || self.elsewhere {
            return None;
        }
        match dialect {
            Dialect::Postgres => Some(postgres::lock::held_query(&self.key)),
            Dialect::Mysql | Dialect::Mariadb => Some(mysql::lock::held_query(&self.key)),
            Dialect::Sqlite => None,
        }
    }

    /// Lets go; `false` where the server says that it was not held any more.
    ///
    /// # Errors
    /// What the server says.
    pub async fn release(self, session: &mut Session) -> Result<bool, DbError> {
        if let Some(file) = &self.file {
            return file
                .unlock()
                .map(|()| true)
                .map_err(|error| DbError::new(DbErrorKind::File, error.to_string()));
        }
        if self.elsewhere {
            return Ok(true);
        }
        match session.dialect() {
            Dialect::Postgres => postgres::lock::unlock(session, &self.key).await,
            Dialect::Mysql | Dialect::Mariadb => mysql::lock::unlock(session, &self.key).await,
            Dialect::Sqlite => Ok(true),
        }
    }
}

/// The lock file beside a database file. It is never deleted: another run may be waiting on it.
fn sidecar(endpoint: &Endpoint) -> Option<PathBuf> {
    let Endpoint::Sqlite(options) = endpoint else {
        return None;
    };
    let file = options.get_filename();
    // sqlx gives each database in memory a name of its own.
    let in_memory = file.to_string_lossy().starts_with("file:sqlx-in-memory-");
    if in_memory || file == Path::new(":memory:") || file.as_os_str().is_empty() {
        return None;
    }
    // One lock for one file, by whatever link it is reached.
    let found = file.canonicalize().or_else(|_| {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let name = file.file_name().unwrap_or_default();
        folder.canonicalize().map(|folder| folder.join(name))
    });
    let mut name = found.unwrap_or_else(|_| file.to_owned()).into_os_string();
    name.push(".piton-lock");
    Some(name.into())
}

fn lock_file(path: &Path) -> std::io::Result<Result<File, Option<Holder>>> {
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => {
            file.set_len(0)?;
            file.rewind()?;
            write!(
                file,
                "{}\n{}\n{}\n",
                std::process::id(),
                whoami::username().unwrap_or_default(),
                whoami::hostname().unwrap_or_default()
            )?;
            file.flush()?;
            Ok(Ok(file))
        }
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.read_to_string(&mut text)?;
            Ok(Err(signed(&text)))
        }
        Err(std::fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Who signed a lock file.
fn signed(text: &str) -> Option<Holder> {
    let mut lines = text
        .lines()
        .map(|line| Some(line.to_owned()).filter(|l| !l.is_empty()));
    let pid = lines.next().flatten()?.parse().ok()?;
    Some(Holder {
        pid: Some(pid),
        user: lines.next().flatten(),
        host: lines.next().flatten(),
        program: None,
    })
}

/// Who holds a lock file that is there: after a crash the words are there and the lock is free.
fn held_by(path: &Path) -> Option<Holder> {
    let mut file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut text = String::new();
            file.read_to_string(&mut text).ok()?;
            Some(signed(&text).unwrap_or_default())
        }
        // Given back at once; whoever wanted it in between polls.
        _ => None,
    }
}
