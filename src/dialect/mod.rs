//! What one database knows of its own: the only place that matches on the database's kind.
//!
//! Each of the folders `postgres/`, `mysql/` and `sqlite/` has the same files; what is chosen between
//! them is chosen here or in the file of the same name beside this one.

mod catalog;
mod error;
mod kind;
pub mod mysql;
pub mod postgres;
mod quote;
mod session;
pub mod sqlite;

pub use catalog::{CatalogError, Scope, introspect};
pub use error::{DbError, DbErrorKind};
pub use kind::{Dialect, UnknownDialect};
pub use session::{Canceller, Endpoint, Observer, Row, Session};
