//! Why a statement did not end.

use super::*;

/// Why a statement did not end.
pub(super) enum Halt {
    Stopped(Signal),
    TimedOut(Duration),
    Database(DbError),
    /// Rows that refer to nothing, and the key of the first of them.
    ForeignKeys(Vec<Violation>, Option<KeyToLookFor>),
}

impl From<DbError> for Halt {
    fn from(error: DbError) -> Self {
        Halt::Database(error)
    }
}

/// A halt, with the statement at which it came: its index, where it was one of a file.
pub(super) struct HaltAt {
    pub(super) statement: Option<usize>,
    pub(super) halt: Halt,
    pub(super) committing: bool,
    /// The step, from 1, that was to begin and did not.
    pub(super) not_begun: Option<usize>,
    /// The revision has ended the transaction that it ran in.
    pub(super) broke_out: bool,
}

impl HaltAt {
    pub(super) fn between(halt: impl Into<Halt>) -> Self {
        HaltAt {
            statement: None,
            halt: halt.into(),
            committing: false,
            not_begun: None,
            broke_out: false,
        }
    }

    pub(super) fn at(statement: usize, halt: impl Into<Halt>) -> Self {
        HaltAt {
            statement: Some(statement),
            ..HaltAt::between(halt)
        }
    }

    pub(super) fn committing(halt: impl Into<Halt>) -> Self {
        HaltAt {
            committing: true,
            ..HaltAt::between(halt)
        }
    }

    pub(super) fn before(step: usize, halt: impl Into<Halt>) -> Self {
        HaltAt {
            not_begun: Some(step),
            ..HaltAt::between(halt)
        }
    }

    pub(super) fn is_lost(&self) -> bool {
        self.halt.kind() == DbErrorKind::ConnectionLost
    }
}

impl Halt {
    pub(super) fn words(&self) -> String {
        match self {
            Halt::Stopped(_) => "stopped by a signal".to_owned(),
            Halt::TimedOut(timeout) => format!("ran longer than {} s", timeout.as_secs_f32()),
            Halt::Database(error) => error.message.clone(),
            Halt::ForeignKeys(rows, _) => format!("{} rows refer to nothing", rows.len()),
        }
    }

    pub(super) fn kind(&self) -> DbErrorKind {
        match self {
            Halt::Database(error) => error.kind,
            Halt::Stopped(_) | Halt::TimedOut(_) => DbErrorKind::Cancelled,
            Halt::ForeignKeys(..) => DbErrorKind::Constraint,
        }
    }

    pub(super) fn position(&self) -> Option<usize> {
        match self {
            Halt::Database(error) => error.position,
            _ => None,
        }
    }

    pub(super) fn cause(self) -> Cause {
        match self {
            Halt::Database(error) => Cause::Database(error),
            Halt::ForeignKeys(rows, _) => Cause::ForeignKeys(rows),
            Halt::TimedOut(timeout) => Cause::TimedOut { timeout },
            Halt::Stopped(_) => {
                Cause::Database(DbError::new(DbErrorKind::Cancelled, "stopped by a signal"))
            }
        }
    }
}
