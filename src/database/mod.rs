//! Any backend behind one door: a handle for applications, a target for administration.

mod handle;
mod revocations;
mod scratch;
mod target;

pub use handle::{Handle, OpenError, open, open_for_reading};
pub use revocations::DatabaseLog;
pub use scratch::Scratch;
pub use target::{Opened, Purpose, Target};
