//! The removing: batch after batch, each a transaction of its own, until nothing is left or somebody stops it.

use std::time::{Duration, Instant};

use super::age::Age;
use super::plan::Planned;
use super::rules::Pace;
use crate::dialect::{DbError, DbErrorKind, Session};
use crate::migrate::{Signal, Stop};

/// How often a batch that meets a lock is tried again before the run gives up.
const TRIES: u32 = 20;

/// What a rule would remove, or has removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// The moment before which rows go, by the server's clock, in UTC.
    pub cutoff: String,
    /// Rows that may go.
    pub old: u64,
    /// Rows that are as old, and stay because others refer to them.
    pub kept: u64,
    pub removed: u64,
    pub elapsed: Duration,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Between two batches: what was removed until then is gone.
    Stopped(Signal),
}

/// A run that did not end well.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{error}")]
pub struct PruneError {
    /// Of which table.
    pub table: String,
    pub error: DbError,
}

/// Counts what the rule is about, as of now by the server's clock. Nothing is written.
///
/// # Errors
/// What the server says.
pub async fn count(
    session: &mut Session,
    planned: &Planned,
    age: Age,
) -> Result<Removed, PruneError> {
    let failed = |error| PruneError {
        table: planned.rule.table.clone(),
        error,
    };
    let counting = async {
        let cutoff = session.cutoff(age.months, age.seconds).await?;
        let (old, kept) = session.count_old(&planned.removal, &cutoff).await?;
        Ok(Removed {
            cutoff,
            old,
            kept,
            removed: 0,
            elapsed: Duration::ZERO,
        })
    };
    counting.await.map_err(failed)
}

/// Removes what was counted into `removed`, which tells how far it came also where it ends early. `tell` is
/// called after each batch with the rows removed so far.
///
/// # Errors
/// What the server says; a batch that meets a lock is tried again for a while before that.
pub async fn prune(
    session: &mut Session,
    planned: &Planned,
    removed: &mut Removed,
    pace: Pace,
    stop: &Stop,
    tell: &(dyn Fn(u64) + Sync),
) -> Result<Outcome, PruneError> {
    let started = Instant::now();
    let failed = |error| PruneError {
        table: planned.rule.table.clone(),
        error,
    };
    session.removes_patiently().await.map_err(failed)?;
    let mut tries = 0;
    let mut idle = 0;
    loop {
        if let Some(signal) = stop.requested() {
            return Ok(Outcome::Stopped(signal));
        }
        let batch = session
            .remove_batch(&planned.removal, &removed.cutoff, pace.batch)
            .await;
        removed.elapsed = started.elapsed();
        match batch {
            Ok(batch) => {
                tries = 0;
                removed.removed += batch.removed;
                tell(removed.removed);
                // Rows that came to be referred to between the look and the removal stay.
                idle = if batch.removed == 0 { idle + 1 } else { 0 };
                if batch.seen == 0 || idle > 2 {
                    return Ok(Outcome::Done);
                }
                // A batch that is not full is the last one, or nearly.
                if batch.seen < u64::from(pace.batch) {
                    continue;
                }
            }
            Err(error) if may_pass(&error) && tries < TRIES => tries += 1,
            Err(error) => return Err(failed(error)),
        }
        tokio::select! {
            () = tokio::time::sleep(pace.pause * (1 + tries)) => {}
            _ = stop.wait() => {}
        }
    }
}

/// A lock, a deadlock, or a row that came to be referred to just now.
fn may_pass(error: &DbError) -> bool {
    matches!(
        error.kind,
        DbErrorKind::Busy | DbErrorKind::Deadlock | DbErrorKind::Constraint
    )
}
