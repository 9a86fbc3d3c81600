//! All rows of one database into another: which tables, in which order, how far an earlier copy came, and whether
//! what arrived is what was sent.

mod ledger;
mod plan;
mod table;
mod translate;

use crate::dialect::DbError;
use crate::dialect::rows::{Checksum, Orphans, RowsError};
use crate::schema::Name;

pub use ledger::{LEDGER_TABLE, Ledger};
pub use plan::{Job, jobs};
pub use table::{Copied, Settings, collisions, copy_table, holds_rows, weigh};
pub use translate::{Translated, translate};

/// Why rows could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    #[error("the source has no table {0}")]
    NoSuchTable(String),
    #[error("the target has no table {0}")]
    NotThere(Name),
    #[error("the target is not empty: {0} has rows")]
    NotEmpty(Name),
    #[error("{0} has no primary key and no unique one, by which rows could be replaced")]
    NoKey(Name),
    #[error("{table} has a trigger {trigger} in the target, which would see every row")]
    Trigger { table: Name, trigger: String },
    /// A copy of another database was begun here and not finished.
    #[error("a copy from {from} was begun here and is not finished")]
    Another { from: String },
    /// Two keys that are one to the target.
    #[error("{table}: the target's collation takes two keys for one: {reason}")]
    Collision { table: Name, reason: String },
    #[error("{table} is not in the target what it is in the source: {sent} sent, {found} found")]
    Differs {
        table: Name,
        sent: Box<Checksum>,
        found: Box<Checksum>,
    },
    #[error("{} foreign keys lead nowhere in the target", .0.len())]
    Orphans(Vec<Orphans>),
    #[error(transparent)]
    Rows(#[from] RowsError),
    #[error(transparent)]
    Database(#[from] DbError),
}
