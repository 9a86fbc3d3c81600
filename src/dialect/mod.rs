//! What one database knows of its own: the only place that matches on the database's kind.
//!
//! Each of the folders `postgres/`, `mysql/` and `sqlite/` has the same files; what is chosen between
//! them is chosen in the file of the same name beside this one.

pub mod boundary;
mod catalog;
mod create_database;
pub mod ddl;
pub mod diff;
pub mod entities;
mod error;
mod kind;
pub mod lock;
pub mod mysql;
pub mod postgres;
pub mod preflight;
mod quote;
pub mod record;
mod script;
mod session;
mod settle;
pub mod sqlite;
pub mod syntax;
pub mod types;

pub use catalog::{CatalogError, Scope, introspect};
pub use error::{DbError, DbErrorKind};
pub use kind::{Dialect, UnknownDialect};
pub use session::{Canceller, Endpoint, Observer, Row, Session};
pub use settle::settle;
