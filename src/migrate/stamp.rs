//! Recording revisions without running them.

use std::time::Duration;

use super::error::RunError;
use super::event::Listener;
use super::findings::{Finding, findings, says_applied};
use super::ledger::{self, Action, Elapsed, JournalRow, State};
use super::plan::PlanError;
use super::run::{Options, acquire};
use super::standing::Standing;
use super::stop::Stop;
use crate::dialect::Session;
use crate::revision::History;

/// Which revisions are recorded, and which struck out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamping {
    pub recorded: Vec<String>,
    pub struck: Vec<String>,
}

impl Stamping {
    pub fn is_empty(&self) -> bool {
        self.recorded.is_empty() && self.struck.is_empty()
    }
}

/// What must change so that exactly the first `applied` revisions of the history are recorded, and so
/// that the journal agrees. Pure.
pub fn stamping(history: &History, standing: &Standing, applied: usize) -> Stamping {
    let mut change = Stamping::default();
    for (i, revision) in history.iter().enumerate() {
        let wanted = i < applied;
        // Half applied, or not what the history table says.
        let disputed = standing
            .journal
            .get(&revision.id)
            .is_some_and(|entry| entry.half_applied() || says_applied(entry) != wanted);
        if !disputed && standing.is_applied(&revision.id) == wanted {
            continue;
        }
        let change = if wanted {
            &mut change.recorded
        } else {
            &mut change.struck
        };
        change.push(revision.id.clone());
    }
    change.struck.reverse();
    change
}

/// Records that exactly the first `applied` revisions of the history are applied; runs none of them.
///
/// What an unfinished revision left behind is not judged: whoever stamps says what is so.
///
/// # Errors
/// The lock, the server, or revisions that are in no file.
pub async fn stamp(
    session: Session,
    history: &History,
    applied: usize,
    options: &Options,
    stop: &Stop,
    listener: Listener<'_>,
) -> Result<Stamping, RunError> {
    change(
        session,
        history,
        &[],
        Some(applied),
        options,
        stop,
        listener,
    )
    .await
}

/// Runs `statements`, which belong to no revision, and records that exactly the first `applied`
/// revisions of the history are applied: in one transaction where the database can.
///
/// # Errors
/// The lock, the server, or revisions that are in no file.
pub async fn change(
    mut session: Session,
    history: &History,
    statements: &[String],
    applied: Option<usize>,
    options: &Options,
    stop: &Stop,
    listener: Listener<'_>,
) -> Result<Stamping, RunError> {
    let lock = acquire(
        &mut session,
        options.lock_timeout,
        options.connect_timeout,
        stop,
        listener,
    )
    .await?;
    let result = change_locked(&mut session, history, statements, applied, options).await;
    // A server that went away since has freed the lock itself.
    drop(lock.release(&mut session).await);
    session.close().await;
    result
}

async fn change_locked(
    session: &mut Session,
    history: &History,
    change: &[String],
    applied: Option<usize>,
    options: &Options,
) -> Result<Stamping, RunError> {
    let standing = Standing::read(session).await?;
    let place = &standing.place;
    let dialect = place.dialect;
    let mut stamping = Stamping::default();
    let mut statements: Vec<String> = Vec::new();
    if let Some(applied) = applied {
        let missing: Vec<Finding> = findings(history, &standing)
            .into_iter()
            .filter(|finding| matches!(finding, Finding::Missing { .. }))
            .collect();
        if !missing.is_empty() {
            return Err(PlanError::History(missing).into());
        }
        stamping = self::stamping(history, &standing, applied);
        statements.extend(ledger::create_tables(place));
    }
    statements.push(dialect.begin().to_owned());
    statements.extend_from_slice(change);
    statements.extend(rows(history, &standing, &stamping, options));
    statements.push("COMMIT".to_owned());
    for statement in &statements {
        if let Err(error) = session.run(statement).await {
            // Where this fails the connection is gone, and the transaction with it.
            drop(session.run("ROLLBACK").await);
            return Err(error.into());
        }
    }
    Ok(stamping)
}

/// The rows in the history table and the journal that a stamping is.
fn rows(
    history: &History,
    standing: &Standing,
    stamping: &Stamping,
    options: &Options,
) -> Vec<String> {
    let place = &standing.place;
    let marks = stamping
        .struck
        .iter()
        .map(|id| (id, Action::Unstamp))
        .chain(stamping.recorded.iter().map(|id| (id, Action::Stamp)));
    let mut statements = Vec::new();
    for (id, action) in marks {
        let checksum = history
            .position(id)
            .and_then(|position| history.get(position))
            .and_then(|revision| revision.checksum(place.dialect));
        match action {
            Action::Unstamp => statements.push(ledger::delete_history(place, id)),
            _ if standing.is_applied(id) => {}
            _ => statements.push(ledger::insert_history(place, id)),
        }
        let row = JournalRow {
            revision: id,
            action,
            state: State::Done,
            statement: 0,
            statements: 0,
            checksum: checksum.as_ref().map(|checksum| checksum.as_str()),
            elapsed: Elapsed::Measured(Duration::ZERO),
            error: None,
        };
        statements.push(ledger::insert_journal(place, &options.author, &row));
    }
    statements
}
