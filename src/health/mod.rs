//! Whether a database is well, and if not, where it breaks.

pub mod bench;
pub mod ladder;
pub mod monitor;
pub mod place;
