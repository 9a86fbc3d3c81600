//! Backups brought back: whole or some tables, into any backend, and gone on with after being killed.
//!
//! What the target should be in the end is worked out once and kept in the target itself (`piton_restore`), with
//! the chunks that are in. Every step is the difference between what is there and what is wanted, so that whoever
//! comes after a crash does what is left.

mod compare;
mod contents;
mod finish;
mod goal;
mod load;
mod native;
mod prepare;
mod rights;
mod run;
mod state;

pub use compare::compare;
pub use contents::{Contents, Rows};
pub use native::restore_native;
pub use run::{Event, Order, Restored, restore};
pub use state::{Asked, RESTORE_TABLE};
