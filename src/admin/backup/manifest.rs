//! `manifest.json`: what a backup holds, and the fingerprint of every file.
//!
//! It is written last, so that a backup that has one is whole. Its last line but one is a SHA-256 of all before.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::BackupError;
use crate::dialect::rows::RowTable;
use crate::dialect::{Counter, Dialect};
use crate::json::sealed;
use crate::schema::Name;

/// The file's name.
pub const MANIFEST: &str = "manifest.json";

/// The format that this program writes, and the highest it reads.
pub const FORMAT: u64 = 1;

const NOTE: &str = "Written by piton; docs/backup.md says how to read it without piton.";

/// How the rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// Piton's own, which restores into any backend.
    Portable,
    /// What `pg_dump --format=directory` makes.
    PgDump,
    /// What `mariadb-dump` or `mysqldump` prints, packed.
    SqlDump,
    /// A SQLite file.
    SqliteFile,
    /// The JSON store's files.
    JsonStore,
}

impl Layout {
    /// The word of `--format`.
    pub fn format(self) -> &'static str {
        match self {
            Layout::Portable => "portable",
            _ => "native",
        }
    }

    /// Whether it is a dump that only the database's own program can read.
    pub fn is_dump(self) -> bool {
        matches!(self, Layout::PgDump | Layout::SqlDump)
    }
}

/// What a backup is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u64,
    #[serde(default)]
    pub note: String,
    pub layout: Layout,
    /// `piton 0.1.0`.
    pub tool: String,
    /// The moment of the snapshot, ISO 8601, UTC, by this machine's clock.
    pub made_at: String,
    pub elapsed_ms: u64,
    pub source: Source,
    /// The highest applied revision; `None` is base.
    pub revision: Option<String>,
    /// The rows of the history table.
    pub history: Vec<AppliedRevision>,
    /// Whether only some of the tables are in it.
    pub partial: bool,
    /// Everything beside the chunks.
    pub files: Vec<FileEntry>,
    /// The tables with their chunks; without chunks where the format is native.
    pub tables: Vec<TableEntry>,
    /// Sequences and counters, as they stood.
    #[serde(default)]
    pub counters: Vec<Counter>,
    /// What was seen in the schema and is not in the backup.
    #[serde(default)]
    pub left_out: Vec<String>,
}

/// Where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// `json`, `sqlite`, `postgresql` or `mysql`.
    pub backend: String,
    pub dialect: Dialect,
    pub version: String,
    /// The database's name; the file's or directory's.
    pub database: String,
    /// Where it was, without secrets.
    pub place: String,
}

/// A row of the history table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedRevision {
    pub version: String,
    pub applied_at: i64,
}

/// A file, its path from the backup's directory with `/`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// A table's rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableEntry {
    pub name: Name,
    pub rows: u64,
    /// How its chunks are to be read; `None` where the format is native.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_as: Option<RowTable>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<ChunkEntry>,
}

/// A part of a table's rows, in a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkEntry {
    #[serde(flatten)]
    pub file: FileEntry,
    pub rows: u64,
    /// How many bytes it has unpacked.
    pub unpacked_bytes: u64,
}

impl Manifest {
    /// An empty one.
    pub fn new(layout: Layout, source: Source, made_at: String) -> Manifest {
        Manifest {
            format: FORMAT,
            note: NOTE.to_owned(),
            layout,
            tool: concat!("piton ", env!("CARGO_PKG_VERSION")).to_owned(),
            made_at,
            elapsed_ms: 0,
            source,
            revision: None,
            history: Vec::new(),
            partial: false,
            files: Vec::new(),
            tables: Vec::new(),
            counters: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// The file's contents.
    pub fn to_bytes(&self) -> Vec<u8> {
        sealed::seal(self)
    }

    /// Reads the file's contents; `path` is the backup's, for messages.
    ///
    /// # Errors
    /// `Version`, `Damaged`.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Manifest, BackupError> {
        #[derive(Deserialize)]
        struct Later {
            format: u64,
        }
        if let Ok(Later { format }) = serde_json::from_slice(bytes)
            && format > FORMAT
        {
            return Err(BackupError::Version {
                path: path.to_owned(),
                found: format,
                supported: FORMAT,
            });
        }
        let damaged = |reason: String| BackupError::Damaged {
            path: path.to_owned(),
            damage: vec![super::check::Damage::new(MANIFEST, reason)],
        };
        let text =
            std::str::from_utf8(bytes).map_err(|error| damaged(format!("not UTF-8: {error}")))?;
        sealed::check(text).map_err(|error| damaged(error.to_string()))?;
        serde_json::from_str(text).map_err(|error| damaged(error.to_string()))
    }

    /// What tells this backup from any other.
    pub fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.to_bytes()))
    }

    /// All rows of all tables.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }

    /// Every file but the manifest itself.
    pub fn all_files(&self) -> impl Iterator<Item = &FileEntry> {
        let chunks = self.tables.iter().flat_map(|table| &table.chunks);
        self.files.iter().chain(chunks.map(|chunk| &chunk.file))
    }

    /// What it takes on disk, the manifest aside.
    pub fn bytes(&self) -> u64 {
        self.all_files().map(|file| file.bytes).sum()
    }
}
