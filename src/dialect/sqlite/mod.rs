//! All that SQLite alone knows.

pub(crate) mod boundary;
pub(crate) mod catalog;
pub(crate) mod counters;
pub(crate) mod ddl;
pub(crate) mod diff;
pub(crate) mod entities;
pub(crate) mod error;
pub(crate) mod lent;
pub(crate) mod offending;
pub(crate) mod prune;
pub(crate) mod record;
pub(crate) mod rows;
pub(crate) mod sizes;
pub mod syntax;
pub(crate) mod types;
pub(crate) mod usage;
