//! What can go wrong with a JSON store, each kind apart so that a caller can choose an exit code.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::lock::Holder;

/// Why a store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process has the store open for writing. Trying again later can help.
    #[error("the JSON store {} is in use{}, waited {waited:.1?}", dir.display(), By(holder))]
    Busy {
        dir: PathBuf,
        /// Who holds the lock, as far as the lock file tells.
        holder: Option<Holder>,
        waited: Duration,
    },
    /// A file is not what it should be. It has not been touched.
    #[error("{}{}: {reason}{}", file.display(), Line(line), Previous(previous))]
    Corrupt {
        file: PathBuf,
        /// Where in the file, counted from 1.
        line: Option<usize>,
        reason: String,
        /// The folder that holds what the last commit replaced.
        previous: Option<PathBuf>,
    },
    /// The store was written by a later Piton.
    #[error("{} has format {found}, and this program knows {supported} and earlier", file.display())]
    Version {
        file: PathBuf,
        found: u64,
        supported: u64,
    },
    /// The directory holds something else.
    #[error("{} is not a JSON store: it has no manifest, but holds {found:?}", dir.display())]
    NotAStore { dir: PathBuf, found: String },
    /// The file system refused.
    #[error("cannot {operation} {}", path.display())]
    Io {
        /// A verb phrase: "read", "write", "rename".
        operation: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// The file system failed at the very moment of the commit. It stands whole or not at all.
    #[error("cannot {operation} {}, so that the commit may stand or not", path.display())]
    Unsettled {
        operation: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// The store was opened with [`Access::Read`](super::Access::Read).
    #[error("the JSON store {} was opened for reading alone", dir.display())]
    ReadOnly { dir: PathBuf },
    /// A file was changed by somebody else while the store was open. Nothing was written.
    #[error("{} was changed on disk while the store was open", file.display())]
    ChangedOnDisk { file: PathBuf },
    /// A transaction is still open on the store's connection, so there is nothing final to write.
    #[error("a transaction is still open on the JSON store {}", dir.display())]
    OpenTransaction { dir: PathBuf },
    /// A value that JSON cannot say.
    #[error("table {table:?}, row {key}, column {column:?}: {reason}")]
    Value {
        table: String,
        /// The row's primary key, or its place in the table.
        key: String,
        column: String,
        reason: &'static str,
    },
    /// The database in memory failed.
    #[error("the database in memory failed")]
    Sqlite(#[from] rusqlite::Error),
    /// The pool around the database in memory failed.
    #[error("the database in memory failed")]
    Pool(#[from] sqlx::Error),
}

impl StoreError {
    pub(super) fn io(
        operation: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> StoreError {
        let path = path.into();
        move |source| StoreError::Io {
            operation,
            path,
            source,
        }
    }
}

struct By<'a>(&'a Option<Holder>);

impl fmt::Display for By<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(holder) => write!(f, " by {holder}"),
            None => Ok(()),
        }
    }
}

struct Line<'a>(&'a Option<usize>);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(line) => write!(f, ", line {line}"),
            None => Ok(()),
        }
    }
}

struct Previous<'a>(&'a Option<PathBuf>);

impl fmt::Display for Previous<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(dir) => write!(f, " (what was there before is in {})", dir.display()),
            None => Ok(()),
        }
    }
}
