//! One revision: its statements, and with them its rows in the history table and the journal.

mod all;
mod at_once;
mod ending;
mod guard;
mod halt;
mod inside;
mod outcome;
mod rows;

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};
use sea_orm_migration::SchemaManager;

use super::error::{
    Cause, FailedStatement, Failure, Outcome, Place as FilePlace, RunError, Violation,
};
use super::event::{Event, Listener};
use super::lane::Lane;
use super::ledger::{self, Action, Elapsed, JournalRow, Place, State};
use super::prepare::{Prepared, Work};
use super::run::{Options, Report};
use super::standing::Standing;
use super::stop::{Signal, Stop};
use crate::dialect::boundary::{Baseline, RunSettings};
use crate::dialect::lock::RunLock;
use crate::dialect::{
    Blockers, Canceller, DbError, DbErrorKind, Dialect, KeyToLookFor, Offending, Session,
};
use crate::revision::{Control, Direction, Statement};

use guard::jittered;
use halt::{Halt, HaltAt};
use inside::{MARK, still_inside};
use rows::{broken_key, forget, violations};

/// A statement waits no longer than this for a lock in the server at a time, so that what queues behind
/// it is not held up; then the revision is rolled back and tried again.
const LOCK_PATIENCE: Duration = Duration::from_secs(3);

/// Everything that the revisions of one run share.
pub(super) struct Runner<'a> {
    pub place: Place,
    pub direction: Direction,
    pub lock: &'a RunLock,
    pub baseline: Baseline,
    pub options: &'a Options,
    pub stop: &'a Stop,
    pub listener: Listener<'a>,
    /// The second connection on which the journal is written where a revision's own commits would be
    /// in its way.
    pub journal: Option<Session>,
    /// SQLite: the violations of foreign keys that were there before.
    pub violations: Option<HashSet<Violation>>,
    /// The connection that asks who is in the way, once somebody is.
    pub asking: tokio::sync::Mutex<Option<Session>>,
    /// Who was in the way of the revision that runs now, and how often it was tried again.
    pub blocked: Mutex<(Blockers, usize)>,
    /// Until when locks in the server are waited for.
    pub deadline: Option<Instant>,
    /// Whether the commit of the revision that runs now need not wait for the disk.
    pub asynchronous: bool,
    /// Whether the revision before has left the session as it was: it has put it back itself, and nothing
    /// of it ran after that.
    pub settled: bool,
    /// Where a repair goes on: so many steps of a revision without a transaction have been run before.
    pub first_step: usize,
    /// Whether this is a repair, so that something stands before the first statement.
    pub repairing: bool,
}

impl<'a> Runner<'a> {
    pub fn new(
        place: Place,
        direction: Direction,
        lock: &'a RunLock,
        baseline: Baseline,
        options: &'a Options,
        stop: &'a Stop,
        listener: Listener<'a>,
    ) -> Runner<'a> {
        Runner {
            place,
            direction,
            lock,
            baseline,
            options,
            stop,
            listener,
            journal: None,
            violations: None,
            asking: tokio::sync::Mutex::default(),
            blocked: Mutex::default(),
            deadline: None,
            asynchronous: false,
            settled: false,
            first_step: 0,
            repairing: false,
        }
    }
}

impl Runner<'_> {
    fn action(&self) -> Action {
        match self.direction {
            Direction::Up => Action::Upgrade,
            Direction::Down => Action::Downgrade,
        }
    }

    fn settings(&self, one: &Prepared, asynchronous: bool) -> RunSettings {
        RunSettings {
            lock_timeout: self.options.lock_timeout.min(LOCK_PATIENCE),
            statement_timeout: self.options.statement_timeout,
            asynchronous,
            foreign_keys: matches!(
                one.work,
                Work::Sql {
                    foreign_keys: true,
                    ..
                }
            ),
        }
    }

    /// What begins the revision's transaction in the round trip of its settings; empty where it begins by
    /// itself.
    fn begun_with_settings(&self, one: &Prepared) -> &'static str {
        let dialect = self.place.dialect;
        if dialect.begins_with_settings() && is_sql(one) && one.work.is_transactional() {
            dialect.begin()
        } else {
            ""
        }
    }

    /// Runs one revision in its own transaction, or without one.
    pub async fn one(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        last: bool,
    ) -> Result<(), RunError> {
        self.deadline = Some(Instant::now() + self.options.lock_timeout);
        self.blocked = Mutex::default();
        let mut pause = Duration::from_millis(100);
        let mut at_once = self.goes_at_once(session, one);
        loop {
            let transactional = one.work.is_transactional();
            self.asynchronous = transactional && !last;
            let settings = self.settings(one, self.asynchronous);
            let then = self.begun_with_settings(one);
            let settled = std::mem::take(&mut self.settled);
            let ahead = (at_once && settled)
                .then(|| session.settings_ahead(&settings, self.lock))
                .flatten();
            if ahead.is_none()
                && !session
                    .restore(&self.baseline, &settings, self.lock, then)
                    .await?
            {
                return Err(RunError::LockLost {
                    revision: one.id.clone(),
                });
            }
            forget(self.place.dialect, &mut Lane::Session(session)).await?;
            let started = Instant::now();
            let result = match &one.work {
                Work::Sql { statements, .. } if at_once => {
                    let ahead = ahead
                        .map(|sql| format!("{sql}{then}; "))
                        .unwrap_or_default();
                    self.sql_at_once(session, one, statements, ahead).await
                }
                Work::Sql { statements, .. } if transactional => {
                    self.sql_in_transaction(session, one, statements, started)
                        .await
                }
                Work::Rust { .. } if transactional => {
                    self.rust_in_transaction(session, one, started).await
                }
                _ => self.stepwise(session, one, started).await,
            };
            let Err(at) = result else { return Ok(()) };
            if let (true, Halt::Database(error)) = (at_once, &at.halt)
                && !matches!(
                    error.kind,
                    DbErrorKind::ConnectionLost | DbErrorKind::Cancelled
                )
            {
                // One by one, to learn which of its statements it is.
                at_once = false;
                continue;
            }
            if let (true, Halt::Database(error)) = (transactional, &at.halt)
                && self.may_retry(error)
            {
                let wait = jittered(pause);
                self.count_a_try();
                (self.listener)(Event::Retrying {
                    id: &one.id,
                    error,
                    wait,
                });
                tokio::select! {
                    () = tokio::time::sleep(wait) => {}
                    _ = self.stop.wait() => {}
                }
                pause = (pause * 2).min(Duration::from_secs(2));
                continue;
            }
            return Err(self.ended(session, one, at, started).await);
        }
    }

    async fn sql_in_transaction(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        statements: &[Statement],
        started: Instant,
    ) -> Result<(), HaltAt> {
        if self.begun_with_settings(one).is_empty() {
            let begun = async {
                self.note_violations(session).await?;
                session.run(self.place.dialect.begin()).await
            };
            begun.await.map_err(HaltAt::between)?;
        }
        let result = async {
            for (i, statement) in statements.iter().enumerate() {
                (self.listener)(Event::Statement {
                    number: i + 1,
                    of: statements.len(),
                });
                self.statement(session, statement)
                    .await
                    .map_err(|halt| HaltAt::at(i, halt))?;
            }
            let lane = &mut Lane::Session(session);
            self.own_rows(lane, one, statements.len(), started, "; COMMIT")
                .await
                .map_err(HaltAt::committing)
        }
        .await;
        if result.is_err() {
            session.canceller().rearm();
            // Where this fails the connection is gone, and the transaction with it.
            drop(session.run("ROLLBACK").await);
        }
        result
    }

    async fn rust_in_transaction(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        started: Instant,
    ) -> Result<(), HaltAt> {
        let Work::Rust { migration, .. } = &one.work else {
            return Ok(());
        };
        self.note_violations(session)
            .await
            .map_err(HaltAt::between)?;
        let canceller = session.canceller();
        let Some(database) = session.orm().await else {
            return Err(HaltAt::between(not_shared()));
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let transaction = database
            .begin_with_options(options)
            .await
            .map_err(|error| HaltAt::between(DbError::of_orm(&error)))?;
        (self.listener)(Event::Statement { number: 1, of: 1 });
        let up = async {
            let manager = SchemaManager::new(&transaction);
            match self.direction {
                Direction::Up => migration.up(&manager).await,
                Direction::Down => migration.down(&manager).await,
            }
            .map_err(|error| DbError::of_orm(&error))
        };
        let result = async {
            let lane = &mut Lane::Orm(&transaction);
            lane.run(MARK).await.map_err(HaltAt::between)?;
            let ran = self.guarded(canceller.unless_lost(up), &canceller).await;
            still_inside(self.place.dialect, lane, ran, &canceller).await?;
            self.own_rows(lane, one, 1, started, "")
                .await
                .map_err(HaltAt::between)
        }
        .await;
        self.end_of_orm(transaction, result, &canceller).await
    }

    /// Without a transaction: each step is journalled before it is sent, so that a crash leaves a trace.
    async fn stepwise(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        started: Instant,
    ) -> Result<(), HaltAt> {
        self.note_violations(session)
            .await
            .map_err(HaltAt::between)?;
        let of = one.work.steps();
        match &one.work {
            Work::Rust { migration, .. } => {
                self.begins(session, one, 1).await?;
                (self.listener)(Event::Statement { number: 1, of: 1 });
                let canceller = session.canceller();
                let Some(database) = session.orm().await else {
                    return Err(HaltAt::between(not_shared()));
                };
                let up = async {
                    let manager = SchemaManager::new(&database);
                    match self.direction {
                        Direction::Up => migration.up(&manager).await,
                        Direction::Down => migration.down(&manager).await,
                    }
                    .map_err(|error| DbError::of_orm(&error))
                };
                let up = canceller.unless_lost(up);
                self.guarded(up, &canceller)
                    .await
                    .map_err(|halt| HaltAt::at(0, halt))?;
            }
            Work::Sql {
                statements, groups, ..
            } => {
                for (number, group) in groups.iter().enumerate().skip(self.first_step) {
                    self.begins(session, one, number + 1).await?;
                    (self.listener)(Event::Statement {
                        number: number + 1,
                        of,
                    });
                    for i in group.clone() {
                        self.patiently(session, &statements[i], group.len() == 1)
                            .await
                            .map_err(|halt| HaltAt::at(i, halt))?;
                    }
                }
            }
        }
        self.close_left_open(session, one).await?;
        if let Some(before) = &self.violations {
            let after = violations(&mut Lane::Session(session))
                .await
                .map_err(HaltAt::between)?;
            let new: Vec<Violation> = after.difference(before).cloned().collect();
            if !new.is_empty() {
                let key = broken_key(self.place.dialect, &mut Lane::Session(session), &new).await;
                return Err(HaltAt::between(Halt::ForeignKeys(new, key)));
            }
        }
        self.stepwise_rows(session, one, of, started)
            .await
            .map_err(HaltAt::committing)
    }
}

fn is_sql(one: &Prepared) -> bool {
    matches!(one.work, Work::Sql { .. })
}

fn not_shared() -> DbError {
    DbError::new(
        DbErrorKind::Driver,
        "the session was opened without SeaORM's pool",
    )
}
