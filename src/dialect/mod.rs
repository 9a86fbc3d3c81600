//! What one database knows of its own: the only place that matches on the database's kind.
//!
//! Each of the folders `postgres/`, `mysql/` and `sqlite/` has the same files; what is chosen between
//! them is chosen in the file of the same name beside this one.

mod alive;
mod blockers;
pub mod boundary;
mod cancel;
mod catalog;
pub mod connecting;
mod counters;
mod create_database;
pub mod ddl;
pub mod diff;
mod encryption;
mod endpoint;
pub mod entities;
mod error;
pub mod footprint;
pub mod grants;
pub mod health;
mod kind;
pub mod lock;
mod masked;
pub mod mysql;
pub(crate) mod offending;
mod patience;
mod pool;
pub mod postgres;
pub mod preflight;
pub mod programs;
pub mod prune;
mod quote;
pub mod record;
mod remains;
mod restoring;
mod rights;
mod row;
pub mod rows;
mod scopes;
mod script;
mod session;
mod settle;
pub mod sqlite;
mod still_running;
pub mod syntax;
pub mod types;
pub mod usage;
mod version;

pub use blockers::Blockers;
pub use cancel::Canceller;
pub use catalog::{CatalogError, Scope, introspect};
pub use counters::Counter;
pub use endpoint::Endpoint;
pub use error::{DbError, DbErrorKind, More};
pub use kind::{Dialect, UnknownDialect};
pub use masked::masked;
pub(crate) use offending::subject;
pub use offending::{KeyToLookFor, Offending};
pub use remains::Remains;
pub use rights::{Change as RightsChange, DefaultRights, Grant, ObjectRights, Rights};
pub use row::Row;
pub use scopes::Scopes;
pub use session::{Observer, Session};
pub use settle::settle;
pub use still_running::{Running, StillRunning};
pub use version::TooOld;
