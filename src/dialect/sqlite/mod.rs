//! All that SQLite alone knows.

pub(crate) mod error;
