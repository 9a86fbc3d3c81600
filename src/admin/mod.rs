//! Looking after the rows that a database keeps.

#[cfg(feature = "cli")]
pub mod backup;
pub mod copy;
pub mod optimize;
pub mod prune;
#[cfg(feature = "cli")]
pub mod restore;
#[cfg(feature = "cli")]
pub mod seed;
