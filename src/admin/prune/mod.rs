//! Rows past their keeping time, removed in small batches.
//!
//! A rule removes rows of its own table and touches nothing else: a row to which a foreign key of another row
//! refers is kept, whatever that key does `ON DELETE`, and counted. Rules on tables that refer to one another run
//! children first.

mod age;
mod plan;
mod rules;
mod run;

pub use age::{Age, AgeError};
pub use plan::{PlanError, Planned, plan};
pub use rules::{KeepingTime, Pace, Rule, RuleError, Rules};
pub use run::{Outcome, PruneError, Removed, count, prune};
