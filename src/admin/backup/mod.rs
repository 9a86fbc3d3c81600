//! Backups: a directory each, whose manifest is written last.
//!
//! A *portable* backup is Piton's own: the schema, and each table as chunks of PostgreSQL's COPY text, packed
//! with zstd, read inside one snapshot; it restores into any backend. A *native* one is what the database's own
//! programs make. Until its manifest stands the directory is called `NAME.partial`. `docs/backup.md` describes
//! what is inside.

mod check;
mod error;
mod folder;
mod list;
mod make;
mod manifest;
mod name;
mod native;
mod pack;
mod portable;
mod prune;
mod shape;

pub use check::{Checked, Damage, check, read_chunk};
pub use error::BackupError;
pub use list::{Found, State, list, read_manifest};
pub use make::{DUMP_DIR, Event, How, Made, Order, SCRIPT, SQLITE_FILE, STORE_DIR, make};
pub use manifest::{AppliedRevision, ChunkEntry, FileEntry, Layout, Manifest, Source, TableEntry};
pub use native::{Tool, find_tool, run_restore};
pub use portable::{RIGHTS, SCHEMA};
pub use prune::{Keep, Verdict, judge};
pub use shape::{bare, has_rows, part, selected, unmatched};
