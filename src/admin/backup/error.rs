//! Why a backup could not be made, read or restored.

use std::path::{Path, PathBuf};

use super::check::Damage;
use crate::dialect::ddl::DdlError;
use crate::dialect::rows::RowsError;
use crate::dialect::{CatalogError, DbError, Dialect};
use crate::json::StoreError;
use crate::migrate::{RunError, Signal, StandingError};
use crate::schema::Name;

/// Why a backup could not be made, read or restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was tried: `write`, `read`, …
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// Nothing there that is a backup.
    #[error("{} is no backup: {reason}", path.display())]
    NotABackup { path: PathBuf, reason: &'static str },
    /// It never got its manifest.
    #[error("{} is not finished: whoever made it was stopped", path.display())]
    Unfinished { path: PathBuf },
    /// A later piton made it.
    #[error("{} has format {found}, and this version of piton reads up to {supported}", path.display())]
    Version {
        path: PathBuf,
        found: u64,
        supported: u64,
    },
    /// Something in it is not what was written.
    #[error("{} is damaged", path.display())]
    Damaged { path: PathBuf, damage: Vec<Damage> },
    /// A pattern of `-t` fits nothing.
    #[error("-t {pattern}: there is no such table in {place}")]
    NoSuchTable { pattern: String, place: String },
    /// The program that the native format needs is not on this machine.
    #[error("{program} is not on this machine, and the server is {server}")]
    NoProgram {
        program: &'static str,
        server: String,
    },
    /// The program would not understand the server.
    #[error("{program} is of version {found}, and the server is {server}")]
    OldProgram {
        program: &'static str,
        found: String,
        server: String,
    },
    /// The program was run and did not end well.
    #[error("{program} failed{}", code.map(|code| format!(" with exit code {code}")).unwrap_or_default())]
    ProgramFailed {
        program: &'static str,
        code: Option<i32>,
        /// What it said on stderr, its last lines.
        said: String,
        /// Whether the file system that it wrote to is full.
        disk_full: bool,
    },
    /// Rows stand where rows would come.
    #[error("the target is not empty")]
    NotEmpty { tables: Vec<Name> },
    /// An earlier restore was stopped, and it was another one, or of something else.
    #[error("a restore of {name} was stopped in the middle, and this is another one")]
    OtherRestore {
        name: String,
        /// What was typed behind the name.
        arguments: Vec<String>,
    },
    /// What an earlier restore has left cannot be read.
    #[error("an earlier restore has left something in the target that cannot be read: {source}")]
    Note { source: serde_json::Error },
    /// Asked for a database like the backup's, and this is one of another kind.
    #[error(
        "a backup of {} cannot say what of a database of {} is to go",
        from.title(),
        target.title()
    )]
    NotAlike { from: Dialect, target: Dialect },
    /// A database of another kind has no tables for the rows.
    #[error("the target has no tables for what is in the backup, which is of {}", from.title())]
    NoTables { tables: Vec<Name>, from: Dialect },
    /// What one kind of database's own program made is for that kind alone.
    #[error("the backup is of {} in its native format, and the target is {}", of.title(), target.title())]
    OtherDatabase { of: Dialect, target: Dialect },
    /// Asked for something that a native backup cannot give.
    #[error(
        "{name} is in the database's native format, which is only restored whole, by the database's own program"
    )]
    OnlyNative { name: String },
    /// A statement of the schema failed.
    #[error("a statement of the schema failed")]
    Statement { statement: String, source: DbError },
    /// Not as many rows are in as there should be.
    #[error("table {table} has {found} rows, and the backup has {expected}")]
    Counted {
        table: Name,
        expected: u64,
        found: u64,
    },
    /// Rows that refer to nothing.
    #[error("rows refer to nothing")]
    Orphans {
        /// Which, a line for each foreign key.
        lines: Vec<String>,
    },
    #[error(transparent)]
    Rows(#[from] RowsError),
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Catalog(#[from] CatalogError),
    #[error(transparent)]
    Ddl(#[from] DdlError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("stopped")]
    Stopped(Signal),
}

impl BackupError {
    /// An operation on a file that did not work.
    pub fn io<'a>(
        doing: &'static str,
        path: &'a Path,
    ) -> impl FnOnce(std::io::Error) -> BackupError + use<'a> {
        move |source| BackupError::Io {
            doing,
            path: path.to_owned(),
            source,
        }
    }

    /// A file of a backup that is not what was written.
    pub fn damaged(backup: &Path, file: &str, reason: impl ToString) -> BackupError {
        BackupError::Damaged {
            path: backup.to_owned(),
            damage: vec![Damage::new(file, reason.to_string())],
        }
    }
}
