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
//!
//! A row is an object whose keys are the columns, in order; SQL `NULL` is an absent key. The declared
//! type of a column decides the form of its cells (`column::Form`): booleans are `true` and `false`,
//! bytes base64, times ISO 8601, JSON is nested as its own text, blanks between its tokens left out
//! where it has line breaks. A value that does not fit its column, which SQLite allows, is tagged:
//! `{"$text": "twelve"}` in a column of integers; `$integer`, `$real`, `$blob`, `$text_base64` (text
//! that is not UTF-8) and `$json` (JSON that begins like a tag) likewise.
//!
//! Not kept: what ANALYZE gathered, TEMP objects, and the rowids of tables that have no `INTEGER
//! PRIMARY KEY`, which SQLite itself may renumber.

mod column;
mod commit;
mod copy;
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
pub(crate) mod sealed;
mod snapshot;
mod store;
mod survey;

#[cfg(test)]
mod tests;

pub use copy::{StoreFile, files};
pub use error::StoreError;
pub use lock::Holder;
pub use store::{Access, Committed, Notice, Store};
pub use survey::{Survey, SurveyedTable};
