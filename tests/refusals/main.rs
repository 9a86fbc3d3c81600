//! What `piton` does not do, and how it says so: the exit code, what is wrong, what to do next.

#![cfg(feature = "app")]

#[path = "../support/mod.rs"]
mod support;

mod configuration;
mod connection;
mod disagreement;
mod files;
mod guards;
mod strangers;
mod targets;
