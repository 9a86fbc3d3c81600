//! Piton as a library: database revisions, an embedded JSON database, and the command line over both.
//!
//! A project with entities and revisions of its own makes its own `piton` in a few lines:
//!
//! ```no_run
//! # #[cfg(feature = "cli")]
//! fn main() -> std::process::ExitCode {
//!     piton::Piton::new()
//!         .revisions(Vec::new(), &[], &[(
//!             "20260101000000_create_notes",
//!             "-- migrate:up\nCREATE TABLE notes (id integer PRIMARY KEY);\n",
//!         )])
//!         .run()
//! }
//! # #[cfg(not(feature = "cli"))]
//! # fn main() {}
//! ```
//!
//! An application opens whatever backend the configuration names with [`open`] and works on with SeaORM.

pub mod admin;
pub mod cache;
#[cfg(feature = "cli")]
mod cli;
pub mod config;
pub mod database;
pub mod dialect;
pub mod diff;
pub mod health;
pub mod json;
pub mod migrate;
mod project;
pub mod redis;
pub mod revision;
pub mod schema;
pub mod session;
#[cfg(feature = "cli")]
mod ui;

#[cfg(test)]
#[path = "../tests/support/fault.rs"]
mod fault;

pub use admin::prune::KeepingTime;
pub use database::{Handle, OpenError, open, open_for_reading};
pub use project::{Entities, Piton};
