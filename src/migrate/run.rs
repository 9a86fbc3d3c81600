//! The run loop: lock, read again, plan again, then one revision after the other.

use std::time::{Duration, Instant};

use super::error::RunError;
use super::event::{Event, Listener};
use super::ledger::{self, Author};
use super::plan::{Goal, Plan, Rules};
use super::planned::planned;
use super::prepare::{Prepared, TransactionMode, prepare};
use super::standing::Standing;
use super::step::Runner;
use super::stop::Stop;
use crate::dialect::lock::{Holder, LockKey, RunLock};
use crate::dialect::record::JOURNAL_TABLE;
use crate::dialect::{DbError, DbErrorKind, Session};
use crate::revision::{Direction, History};

/// How a run behaves.
#[derive(Clone, Debug)]
pub struct Options {
    pub rules: Rules,
    pub transaction: TransactionMode,
    /// How long to wait for locks: another run's, and in the server those that a statement needs.
    pub lock_timeout: Duration,
    /// How long one statement may run.
    pub statement_timeout: Option<Duration>,
    /// How long a connection may take.
    pub connect_timeout: Duration,
    pub author: Author,
}

/// What a run did, also where it did not end well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The revisions that were committed, with how long each took.
    pub done: Vec<(String, Duration)>,
    pub elapsed: Duration,
    /// The lock was not held any more at the end: a revision has freed it.
    pub lock_was_freed: bool,
    /// The connection was lost and the server cannot be asked: should it have crashed, the newest of `done`
    /// may be gone.
    pub unsure: bool,
}

/// A run that did not end well: what it did all the same, and what ended it.
#[derive(Debug)]
pub struct Aborted {
    pub report: Report,
    pub error: RunError,
}

/// Brings the session's database to `goal`.
///
/// `expected` is the plan that somebody has looked at and agreed to, made without the lock. Under the
/// lock it is made again: where nothing is left to do all is well, and where it differs nothing is run.
///
/// # Errors
/// What ended the run, with what it did until then. The lock is free again in either case.
pub async fn run(
    session: Session,
    history: &History,
    goal: &Goal,
    expected: &Plan,
    options: &Options,
    stop: &Stop,
    listener: Listener<'_>,
) -> Result<Report, Aborted> {
    let started = Instant::now();
    let mut report = Report::default();
    let result = locked_run(
        session,
        history,
        goal,
        expected,
        options,
        stop,
        listener,
        &mut report,
    )
    .await;
    report.elapsed = started.elapsed();
    match result {
        Ok(()) => Ok(report),
        Err(error) => Err(Aborted { report, error }),
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "the public function's own, and the report to fill"
)]
async fn locked_run(
    mut session: Session,
    history: &History,
    goal: &Goal,
    expected: &Plan,
    options: &Options,
    stop: &Stop,
    listener: Listener<'_>,
    report: &mut Report,
) -> Result<(), RunError> {
    if expected.needs_orm() && !session.is_shared() {
        let shared = Session::connect_shared(session.endpoint(), options.connect_timeout).await?;
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
    let result = under_lock(
        &mut session,
        &lock,
        history,
        goal,
        expected,
        options,
        stop,
        listener,
        report,
    )
    .await;
    let released = lock.release(&mut session).await;
    session.close().await;
    // A server that went away since has freed the lock itself; one that is there and says that it was
    // free already tells that a revision let go of it.
    report.lock_was_freed = matches!(released, Ok(false));
    result
}

/// Waits for the run's lock, polling.
///
/// # Errors
/// `Busy` with who holds it when `lock_timeout` is over; `Refused` where a run could not write here, and
/// before anything is locked: behind a pooler the lock would stay with a connection that is not ours.
pub async fn acquire(
    session: &mut Session,
    lock_timeout: Duration,
    connect_timeout: Duration,
    stop: &Stop,
    listener: Listener<'_>,
) -> Result<RunLock, RunError> {
    if let Some(refusal) = session.refusal(connect_timeout).await? {
        return Err(RunError::Refused(refusal));
    }
    hold(session, lock_timeout, stop, listener).await
}

async fn lock_key(session: &mut Session) -> Result<LockKey, DbError> {
    let around = session.surroundings().await?;
    Ok(LockKey::new(
        &around.database,
        around.namespace.as_deref().unwrap_or_default(),
        JOURNAL_TABLE,
    ))
}

/// Who holds the lock of a run at the moment; of a JSON store the store tells.
///
/// # Errors
/// What the server says.
pub async fn holder(session: &mut Session) -> Result<Option<Holder>, DbError> {
    let key = lock_key(session).await?;
    RunLock::holder(session, &key).await
}

/// Waits for the lock of a run, for those who only want that no run begins meanwhile: nothing is asked of whether
/// this session could write.
///
/// # Errors
/// `Busy` with who holds it when `lock_timeout` is over.
pub async fn hold(
    session: &mut Session,
    lock_timeout: Duration,
    stop: &Stop,
    listener: Listener<'_>,
) -> Result<RunLock, RunError> {
    let key = lock_key(session).await?;
    let started = Instant::now();
    let mut pause = Duration::from_millis(20);
    let mut holder: Option<Holder> = None;
    loop {
        if let Some(signal) = stop.requested() {
            return Err(RunError::Stopped {
                signal,
                revision: None,
            });
        }
        match RunLock::try_acquire(session, &key).await? {
            Ok(lock) => {
                let waited_ms = started.elapsed().as_millis();
                tracing::info!(target: "piton::lock", waited_ms, "holds the lock");
                return Ok(lock);
            }
            Err(now) => holder = now.or(holder),
        }
        let waited = started.elapsed();
        if waited >= lock_timeout {
            return Err(RunError::Busy { holder, waited });
        }
        listener(Event::WaitingForLock {
            holder: holder.as_ref(),
            waited,
        });
        tokio::select! {
            () = tokio::time::sleep(pause.min(lock_timeout - waited)) => {}
            _ = stop.wait() => {}
        }
        pause = (pause * 2).min(Duration::from_millis(500));
    }
}

/// Waits until no other run is going on: what the journal says was begun has then ended, well or not.
///
/// # Errors
/// `Busy` with who holds the lock when `lock_timeout` is over.
pub async fn wait_for_others(
    session: &mut Session,
    lock_timeout: Duration,
    connect_timeout: Duration,
    stop: &Stop,
    listener: Listener<'_>,
) -> Result<(), RunError> {
    let lock = acquire(session, lock_timeout, connect_timeout, stop, listener).await?;
    // A server that went away since has freed the lock itself.
    drop(lock.release(session).await);
    Ok(())
}

#[expect(
    clippy::too_many_arguments,
    reason = "the locked part of one function, not a thing of its own"
)]
async fn under_lock(
    session: &mut Session,
    lock: &RunLock,
    history: &History,
    goal: &Goal,
    expected: &Plan,
    options: &Options,
    stop: &Stop,
    listener: Listener<'_>,
    report: &mut Report,
) -> Result<(), RunError> {
    let brief = Standing::brief(session).await?;
    let (standing, now) = planned(session, brief, history, goal, options.rules).await?;
    let now = now?;
    if now.is_empty() {
        return Ok(());
    }
    if now != *expected {
        return Err(RunError::Changed {
            planned: Box::new(expected.clone()),
            now: Box::new(now),
        });
    }
    let dialect = session.dialect();
    let prepared = prepare(history, &now, dialect, options.transaction)?;
    let own = if standing.has_history && standing.has_journal {
        Vec::new()
    } else {
        ledger::create_tables(&standing.place).to_vec()
    };
    let statements: Vec<&str> = own
        .iter()
        .map(String::as_str)
        .chain(prepared.iter().flat_map(|one| one.work.texts()))
        .collect();
    if let Some(refusal) = session.forbidden(&statements).await? {
        return Err(RunError::Refused(refusal));
    }
    for statement in &own {
        session.run(statement).await?;
    }
    let baseline = session.baseline().await?;
    let mut runner = Runner::new(
        standing.place,
        goal.direction,
        lock,
        baseline,
        options,
        stop,
        listener,
    );
    if prepared.iter().any(|one| !one.work.is_transactional()) {
        // Now, while nothing has begun: a server that has no second connection to give stops the run here.
        runner.beside(session).await?;
    }
    let result = match options.transaction {
        TransactionMode::Each => each(&mut runner, session, &prepared, report).await,
        TransactionMode::All => runner.all(session, &prepared, report).await,
    };
    runner.end().await;
    result
}

/// Tells whoever listens how a revision ended.
fn told(revision: &str, direction: Direction, elapsed: Duration, is_done: bool) {
    let elapsed_ms = elapsed.as_millis();
    let up = direction == Direction::Up;
    if is_done {
        tracing::info!(target: "piton::revision", revision, up, elapsed_ms, "done");
    } else {
        tracing::info!(target: "piton::revision", revision, up, elapsed_ms, "did not end well");
    }
}

async fn each(
    runner: &mut Runner<'_>,
    session: &mut Session,
    prepared: &[Prepared],
    report: &mut Report,
) -> Result<(), RunError> {
    for (i, one) in prepared.iter().enumerate() {
        if let Some(signal) = runner.stop.requested() {
            runner.flush(session).await;
            return Err(RunError::Stopped {
                signal,
                revision: None,
            });
        }
        (runner.listener)(Event::Revision {
            number: i + 1,
            of: prepared.len(),
            id: &one.id,
            direction: runner.direction,
        });
        let started = Instant::now();
        let last = i + 1 == prepared.len();
        let result = runner.one(session, one, last).await;
        let elapsed = started.elapsed();
        told(&one.id, runner.direction, elapsed, result.is_ok());
        if result.is_err() {
            // What was committed before must be on disk before anything is said of it.
            runner.settle(session, report).await;
        }
        match result {
            Ok(()) => {}
            Err(error) => {
                if let Some(error) = runner.looked_up(session, one, error).await {
                    return Err(error);
                }
                report.done.push((one.id.clone(), elapsed));
                if last {
                    return Ok(());
                }
                return Err(DbError::new(
                    DbErrorKind::ConnectionLost,
                    format!(
                        "the connection was lost just after revision {} was committed",
                        one.id
                    ),
                )
                .into());
            }
        }
        (runner.listener)(Event::Done {
            id: &one.id,
            elapsed,
        });
        report.done.push((one.id.clone(), elapsed));
    }
    Ok(())
}
