//! Introspection against the servers themselves, from rich scripts to the model.

mod mysql;
mod postgres;
mod scratch;
mod size;
mod sqlite;
