//! Rows that could not be removed.

use super::{Failure, words};
use crate::admin::prune::{PlanError, PruneError};
use crate::ui::escape;

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        Failure::config(words(&error)).hint("piton schema shows the tables and their columns")
    }
}

impl From<PruneError> for Failure {
    fn from(error: PruneError) -> Self {
        let mut failure = Failure::working(&error.error);
        failure.message = format!("{}: {}", escape(&error.table, false), failure.message);
        failure
    }
}
