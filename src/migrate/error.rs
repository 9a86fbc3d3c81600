//! What can end a run.

use std::time::Duration;

use super::plan::{Plan, PlanError};
use super::prepare::PrepareError;
use super::standing::StandingError;
use super::stop::Signal;
use crate::dialect::lock::Holder;
use crate::dialect::preflight::Refusal;
use crate::dialect::{Blockers, DbError, DbErrorKind, Offending};
use crate::revision::{Direction, Origin};
use crate::schema::Name;

/// Why a run did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Database(#[from] DbError),
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Plan(#[from] PlanError),
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    #[error("another run holds the lock")]
    Busy {
        holder: Option<Holder>,
        waited: Duration,
    },
    #[error("the database changed while the plan was looked at")]
    Changed { planned: Box<Plan>, now: Box<Plan> },
    #[error("the server would refuse")]
    Refused(Refusal),
    #[error("the lock was lost before revision {revision}")]
    LockLost { revision: String },
    #[error("revision {} failed", .0.revision)]
    Failed(Box<Failure>),
    #[error("stopped")]
    Stopped {
        signal: Signal,
        revision: Option<(String, Outcome)>,
    },
}

/// A revision that failed.
#[derive(Clone, Debug)]
pub struct Failure {
    pub revision: String,
    pub origin: Origin,
    pub direction: Direction,
    /// `None` where the trouble was between statements, or in Rust.
    pub statement: Option<FailedStatement>,
    pub cause: Cause,
    pub outcome: Outcome,
    /// Who was in the way, where a lock was waited for in vain, and how often it was tried.
    pub blocked: Option<(Blockers, usize)>,
    /// The data that was in the way.
    pub offending: Option<Offending>,
    /// What a failed CREATE INDEX CONCURRENTLY has left behind.
    pub invalid_index: Option<Name>,
}

/// Where in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedStatement {
    /// From 1.
    pub number: usize,
    pub of: usize,
    pub text: String,
    /// Where it begins in the file.
    pub line: usize,
    pub column: usize,
    /// The place that the server names, in the file, and as characters into `text`, from 1.
    pub place: Option<Place>,
}

/// A place that a server named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    pub position: usize,
}

/// What was wrong.
#[derive(Clone, Debug)]
pub enum Cause {
    Database(DbError),
    /// Rows that refer to nothing now and did not before: table, rowid, table referred to.
    ForeignKeys(Vec<Violation>),
    /// The statement ran longer than it might.
    TimedOut {
        timeout: Duration,
    },
}

impl Cause {
    pub fn kind(&self) -> DbErrorKind {
        match self {
            Cause::Database(error) => error.kind,
            Cause::ForeignKeys(_) => DbErrorKind::Constraint,
            Cause::TimedOut { .. } => DbErrorKind::Busy,
        }
    }
}

/// A row of `PRAGMA foreign_key_check`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    pub table: String,
    pub rowid: Option<i64>,
    pub parent: String,
}

/// What stands of the revision that did not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing of it.
    RolledBack,
    /// Some of it may: the statement is the one that failed, or of which nothing is known.
    HalfApplied { statement: usize, statements: usize },
    /// The connection was lost while it was being committed, and could not be asked again.
    Unknown,
}
