//! The JSON-file database: SQLite in memory, with readable JSON on disk.
//!
//! A directory holds `<table>.json` for every table, one row a line, and `piton.manifest.json`, which
//! keeps the schema, the generation and the SHA-256 of each file. [`Store::open`] loads it into one
//! in-memory SQLite connection; [`Store::commit`] writes back the tables that changed, all or none.
//!
//! How a commit survives a crash (see `save` and `recover`): the new contents are written beside the
//! old as `<file>.<generation>.new` and synced, the files they replace are linked into
//! `.previous/<generation>/`, and the rename of the new manifest over the old one is the commit. The
//! renames of the tables follow; whoever opens the directory for writing finishes those that a crash
//! left, and a reader looks under either name.

mod column;
mod commit;
mod decode;
mod disk;
mod dump;
mod encode;
mod error;
mod file_name;
mod layout;
mod load;
mod lock;
mod manifest;
mod memory;
mod recover;
mod rows;
mod save;
mod snapshot;
mod store;

#[cfg(test)]
mod tests;

pub use error::StoreError;
pub use lock::Holder;
pub use store::{Access, Committed, Notice, Store};
