//! What a run tells while it goes on.

use std::time::Duration;

use crate::dialect::lock::Holder;
use crate::dialect::{Blockers, DbError};
use crate::revision::Direction;

/// Something that just happened, or is about to.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Another run holds the lock.
    WaitingForLock {
        holder: Option<&'a Holder>,
        waited: Duration,
    },
    /// A statement waits for a lock that others hold in the server.
    Blocked { by: &'a Blockers },
    /// A revision begins; `number` counts from 1.
    Revision {
        number: usize,
        of: usize,
        id: &'a str,
        direction: Direction,
    },
    /// A statement of it begins; of a revision that goes to the server in one message only the first is told.
    Statement { number: usize, of: usize },
    /// It was rolled back and will run again.
    Retrying {
        id: &'a str,
        error: &'a DbError,
        wait: Duration,
    },
    /// It is committed.
    Done { id: &'a str, elapsed: Duration },
}

/// Who is told.
pub type Listener<'a> = &'a (dyn Fn(Event<'_>) + Send + Sync);
