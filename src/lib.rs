//! Piton as a library: see the README for the whole.

pub mod config;
pub mod dialect;
pub mod json;
pub mod migrate;
pub mod revision;
pub mod schema;
