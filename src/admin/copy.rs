//! All rows of one database into another: which tables, in which order, how far an earlier copy came, and whether
//! what arrived is what was sent.

mod apart;
mod collisions;
mod ledger;
mod make;
mod plan;
mod run;
mod table;
mod translate;

use crate::dialect::DbError;
use crate::dialect::rows::{Checksum, Orphans, RowsError};
use crate::schema::Name;

pub use ledger::{Errand, Known, LEDGER_TABLE, Ledger, Mode};
pub use make::{make, unmake};
pub use plan::{Job, jobs};
pub use run::{Event, Order, begin, copy_tables, end};
pub use table::{Copied, Settings};
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
    /// Rows that are neither the history's nor this copy's.
    #[error("{0} has rows in the target that this copy has not put there")]
    Changed(Name),
    #[error(
        "{0} has no primary key, nor a unique one that every row has, by which rows could be replaced"
    )]
    NoKey(Name),
    #[error("{table} has a trigger {trigger} in the target, which would see every row")]
    Trigger { table: Name, trigger: String },
    /// A copy of another database, or another way of copying, was begun here and not finished. `None` where only
    /// another version of Piton could tell.
    #[error("a copy{} was begun here and is not finished", errand_words(before.as_ref()))]
    Another { before: Option<Errand> },
    /// A statement that makes a table like one of the source's.
    #[error("the tables cannot be made as they are in the source: {source}")]
    Making { statement: String, source: DbError },
    #[error("a copy that was making the tables was stopped here")]
    HalfMade,
    /// Two keys that are one to the target.
    #[error("{table}: the target's collation takes two keys for one: {reason}")]
    Collision { table: Name, reason: String },
    #[error("{table} is not in the target what it is in the source: {sent} sent, {found} found")]
    Differs {
        table: Name,
        sent: Box<Checksum>,
        found: Box<Checksum>,
    },
    #[error("{} foreign keys lead nowhere in the target", orphans.len())]
    Orphans {
        orphans: Vec<Orphans>,
        /// Tables that were referred to and not copied.
        not_copied: Vec<String>,
    },
    #[error(transparent)]
    Rows(#[from] RowsError),
    #[error(transparent)]
    Database(#[from] DbError),
}

fn errand_words(errand: Option<&Errand>) -> String {
    match errand {
        None => " of another version of Piton".to_owned(),
        Some(errand) => match errand.mode {
            Mode::Plain => format!(" from {} without --upsert", errand.source),
            Mode::Upsert => format!(" from {} with --upsert", errand.source),
        },
    }
}
