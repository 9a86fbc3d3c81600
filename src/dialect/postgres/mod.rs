//! All that PostgreSQL alone knows.

pub(crate) mod boundary;
pub(crate) mod catalog;
pub(crate) mod connecting;
pub(crate) mod counters;
pub(crate) mod ddl;
pub(crate) mod diff;
pub(crate) mod entities;
pub(crate) mod error;
pub(crate) mod grants;
pub(crate) mod health;
pub(crate) mod lock;
pub(crate) mod offending;
pub(crate) mod preflight;
pub(crate) mod programs;
pub(crate) mod prune;
pub(crate) mod record;
pub(crate) mod rights;
pub(crate) mod rows;
pub(crate) mod settle;
pub(crate) mod sizes;
pub mod syntax;
pub(crate) mod types;
pub(crate) mod usage;
