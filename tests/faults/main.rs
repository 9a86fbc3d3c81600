//! Faults that happen for real: a killed process, a cut connection, a server that goes away, a full disk.
//!
//! What came of them is asked of the database's own client, never of `piton`.

#![cfg(all(feature = "app", unix))]

#[path = "../support/mod.rs"]
mod support;

mod broken;
mod connection;
mod doctor;
mod encrypted;
mod files;
mod harness;
mod killed;
mod names;
mod proven;
mod refused;
mod revisions;
mod secrets;
mod servers;
