//! Looking after the rows that a database keeps.

pub mod copy;
pub mod optimize;
pub mod prune;
