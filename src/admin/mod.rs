//! Looking after the rows that a database keeps.

pub mod copy;
pub mod prune;
