//! A revision that is half applied, brought to one side or the other.

use std::time::Duration;

use super::error::RunError;
use super::event::Listener;
use super::ledger::{self, Action, Elapsed, JournalRow, State};
use super::plan::PlanError;
use super::prepare::{Prepared, prepare_one};
use super::run::{Options, acquire};
use super::standing::{Entry, Standing};
use super::step::Runner;
use super::stop::Stop;
use crate::dialect::Session;
use crate::revision::{Direction, History};

/// What is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Goes on with the step at which it stopped, or with another one; counted from 1.
    Resume { from: Option<usize> },
    /// Runs the other direction as a whole.
    Revert,
    /// Records that it stands, or that nothing of it does, and runs nothing.
    Mark { applied: bool },
    /// Records the checksum that its file has now.
    Accept,
}

/// Why a repair was not begun.
#[derive(Debug, thiserror::Error)]
pub enum RepairError {
    #[error(transparent)]
    Run(#[from] RunError),
    #[error("revision {revision} is not half applied")]
    NothingToRepair { revision: String },
    #[error("revision {revision} has {steps} steps, so none is number {wanted}")]
    NoSuchStep {
        revision: String,
        steps: usize,
        wanted: usize,
    },
    #[error("somebody repaired revision {revision} meanwhile; nothing was run")]
    Changed { revision: String },
    #[error(
        "revision {revision} had {was} steps when it stopped and has {now} now, so where to go on is not known"
    )]
    EditedSince {
        revision: String,
        was: usize,
        now: usize,
    },
    #[error("revision {revision} is not applied, so there is no checksum to accept")]
    NotApplied { revision: String },
    #[error("revision {revision} has no source in this program, so there is no checksum to accept")]
    NoChecksum { revision: String },
}

/// The revisions that are half applied, in history order.
pub fn half_applied<'a>(
    history: &'a History,
    standing: &'a Standing,
) -> Vec<(usize, &'a str, &'a Entry)> {
    history
        .iter()
        .enumerate()
        .filter_map(|(position, revision)| {
            let entry = standing.journal.get(&revision.id)?;
            entry
                .half_applied()
                .then_some((position, revision.id.as_str(), entry))
        })
        .collect()
}

/// Which revision is repaired, and how.
#[derive(Clone, Copy, Debug)]
pub struct Repair<'a> {
    /// Its place in the history.
    pub position: usize,
    pub remedy: Remedy,
    /// The journal's row that somebody has looked at and agreed to mend.
    pub expected: Option<&'a Entry>,
    /// Why, for the journal.
    pub reason: Option<&'a str>,
}

/// Repairs a revision under the run's lock.
///
/// # Errors
/// Where it does not need it, and whatever can end a run.
pub async fn repair(
    mut session: Session,
    history: &History,
    wanted: &Repair<'_>,
    options: &Options,
    stop: &Stop,
    listener: Listener<'_>,
) -> Result<(), RepairError> {
    let Repair {
        position,
        remedy,
        expected,
        reason,
    } = *wanted;
    let needs_orm = history
        .get(position)
        .is_some_and(|revision| revision.is_rust());
    if needs_orm && !session.is_shared() {
        let shared = Session::connect_shared(session.endpoint(), options.connect_timeout)
            .await
            .map_err(RunError::from)?;
        session.close().await;
        session = shared;
    }
    let lock = acquire(
        &mut session,
        options.lock_timeout,
        options.connect_timeout,
        stop,
        listener,
    )
    .await?;
    let result = async {
        let standing = Standing::read(&mut session).await.map_err(RunError::from)?;
        let revision = history
            .get(position)
            .expect("positions come from the history");
        let id = &revision.id;
        if remedy == Remedy::Accept {
            return accept(&mut session, history, position, &standing, reason, options).await;
        }
        let entry = standing
            .journal
            .get(id)
            .filter(|entry| entry.half_applied())
            .cloned()
            .ok_or_else(|| RepairError::NothingToRepair {
                revision: id.clone(),
            })?;
        if expected.is_some_and(|expected| *expected != entry) {
            return Err(RepairError::Changed {
                revision: id.clone(),
            });
        }
        let was = match entry.action {
            Action::Downgrade => Direction::Down,
            _ => Direction::Up,
        };
        if let Remedy::Mark { applied } = remedy {
            let checksum = revision.checksum(standing.place.dialect);
            let checksum = checksum.as_ref().map(|checksum| checksum.as_str());
            return mark(
                &mut session,
                &standing,
                id,
                &entry,
                checksum,
                applied,
                options,
            )
            .await;
        }
        let (direction, first_step) = match remedy {
            Remedy::Resume { from } => (was, from.unwrap_or(entry.statement.max(1)) - 1),
            _ => (opposite(was), 0),
        };
        if !revision.has_section(direction, standing.place.dialect) {
            return Err(RunError::from(PlanError::NoDown {
                revision: id.clone(),
            })
            .into());
        }
        let prepared = prepare_one(history, position, direction, standing.place.dialect)
            .map_err(RunError::from)?;
        if remedy == (Remedy::Resume { from: None }) && entry.statements != prepared.work.steps() {
            return Err(RepairError::EditedSince {
                revision: id.clone(),
                was: entry.statements,
                now: prepared.work.steps(),
            });
        }
        if first_step >= prepared.work.steps().max(1) {
            return Err(RepairError::NoSuchStep {
                revision: id.clone(),
                steps: prepared.work.steps(),
                wanted: first_step + 1,
            });
        }
        let baseline = session.baseline().await.map_err(RunError::from)?;
        let mut runner = Runner::new(
            standing.place,
            direction,
            &lock,
            baseline,
            options,
            stop,
            listener,
        );
        runner.first_step = first_step;
        runner.repairing = true;
        let result = go_on(&mut runner, &mut session, &prepared).await;
        runner.end().await;
        Ok(result?)
    }
    .await;
    // A server that went away since has freed the lock itself.
    drop(lock.release(&mut session).await);
    session.close().await;
    result
}

async fn go_on(
    runner: &mut Runner<'_>,
    session: &mut Session,
    prepared: &Prepared,
) -> Result<(), RunError> {
    runner.one(session, prepared, true).await
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Up => Direction::Down,
        Direction::Down => Direction::Up,
    }
}

async fn mark(
    session: &mut Session,
    standing: &Standing,
    id: &str,
    entry: &Entry,
    checksum: Option<&str>,
    applied: bool,
    options: &Options,
) -> Result<(), RepairError> {
    let place = &standing.place;
    let row = JournalRow {
        revision: id,
        action: Action::Repair,
        state: if applied {
            State::Done
        } else {
            State::RolledBack
        },
        statement: entry.statement,
        statements: entry.statements,
        checksum,
        elapsed: Elapsed::Measured(Duration::ZERO),
        error: None,
    };
    let history_row = match (applied, standing.is_applied(id)) {
        (true, false) => Some(ledger::insert_history(place, id)),
        (false, true) => Some(ledger::delete_history(place, id)),
        _ => None,
    };
    let rows =
        history_row
            .into_iter()
            .chain([ledger::insert_journal(place, &options.author, &row)]);
    together(session, standing, rows).await
}

async fn accept(
    session: &mut Session,
    history: &History,
    position: usize,
    standing: &Standing,
    reason: Option<&str>,
    options: &Options,
) -> Result<(), RepairError> {
    let revision = history
        .get(position)
        .expect("positions come from the history");
    let id = &revision.id;
    if !standing.is_applied(id) {
        return Err(RepairError::NotApplied {
            revision: id.clone(),
        });
    }
    let checksum =
        revision
            .checksum(standing.place.dialect)
            .ok_or_else(|| RepairError::NoChecksum {
                revision: id.clone(),
            })?;
    let row = JournalRow {
        revision: id,
        action: Action::Repair,
        state: State::Done,
        statement: 0,
        statements: 0,
        checksum: Some(checksum.as_str()),
        elapsed: Elapsed::Measured(Duration::ZERO),
        error: reason,
    };
    let tables = ledger::create_tables(&standing.place);
    let rows = tables.into_iter().chain([ledger::insert_journal(
        &standing.place,
        &options.author,
        &row,
    )]);
    together(session, standing, rows).await
}

async fn together(
    session: &mut Session,
    standing: &Standing,
    rows: impl Iterator<Item = String>,
) -> Result<(), RepairError> {
    let begin = standing.place.dialect.begin().to_owned();
    for sql in [begin].into_iter().chain(rows).chain(["COMMIT".to_owned()]) {
        if let Err(error) = session.run(&sql).await {
            // Where this fails the connection is gone, and the transaction with it.
            drop(session.run("ROLLBACK").await);
            return Err(RunError::from(error).into());
        }
    }
    Ok(())
}
