//! Backups and restores: what comes back is what was there, on every backend and across them, whatever happens.

#![cfg(all(feature = "app", unix))]

#[path = "../support/mod.rs"]
mod support;

#[path = "../faults/harness/mod.rs"]
mod harness;

#[path = "../rows/values.rs"]
mod values;

mod damage;
mod faults;
mod keeping;
mod native;
mod partial;
mod rights;
mod round_trip;
mod school;
