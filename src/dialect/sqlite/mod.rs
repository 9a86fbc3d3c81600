//! All that SQLite alone knows.

pub(crate) mod catalog;
pub(crate) mod error;
