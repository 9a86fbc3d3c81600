//! One revision: its statements, and with them its rows in the history table and the journal.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use sea_orm::{SqliteTransactionMode, TransactionOptions, TransactionTrait};
use sea_orm_migration::SchemaManager;

use super::error::{
    Cause, FailedStatement, Failure, Outcome, Place as FilePlace, RunError, Violation,
};
use super::event::{Event, Listener};
use super::lane::Lane;
use super::ledger::{self, Action, JournalRow, Place, State};
use super::prepare::{Prepared, Work};
use super::run::{Options, Report};
use super::standing::Standing;
use super::stop::{Signal, Stop};
use crate::dialect::boundary::{Baseline, RunSettings};
use crate::dialect::lock::RunLock;
use crate::dialect::{Canceller, DbError, DbErrorKind, Session};
use crate::revision::{Direction, Statement};

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
    /// Until when locks in the server are waited for.
    pub deadline: Option<Instant>,
    /// Where a repair goes on: so many steps of a revision without a transaction have been run before.
    pub first_step: usize,
    /// Whether this is a repair, so that something stands before the first statement.
    pub repairing: bool,
}

/// Why a statement did not end.
enum Halt {
    Stopped(Signal),
    TimedOut(Duration),
    Database(DbError),
    ForeignKeys(Vec<Violation>),
}

impl From<DbError> for Halt {
    fn from(error: DbError) -> Self {
        Halt::Database(error)
    }
}

/// A halt, with the statement at which it came: its index, where it was one of a file.
struct HaltAt {
    statement: Option<usize>,
    halt: Halt,
    committing: bool,
}

impl HaltAt {
    fn between(halt: impl Into<Halt>) -> Self {
        HaltAt {
            statement: None,
            halt: halt.into(),
            committing: false,
        }
    }
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
            deadline: None,
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

    /// Runs one revision in its own transaction, or without one.
    pub async fn one(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        last: bool,
    ) -> Result<(), RunError> {
        self.deadline = Some(Instant::now() + self.options.lock_timeout);
        let mut pause = Duration::from_millis(100);
        loop {
            let transactional = one.work.is_transactional();
            let settings = self.settings(one, transactional && !last);
            if !session
                .restore(&self.baseline, &settings, self.lock)
                .await?
            {
                return Err(RunError::LockLost {
                    revision: one.id.clone(),
                });
            }
            let started = Instant::now();
            let result = match &one.work {
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
            if let (true, Halt::Database(error)) = (transactional, &at.halt)
                && self.may_retry(error)
            {
                let wait = jittered(pause);
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

    fn may_retry(&self, error: &DbError) -> bool {
        matches!(error.kind, DbErrorKind::Busy | DbErrorKind::Deadlock)
            && self.stop.requested().is_none()
            && self
                .deadline
                .is_some_and(|deadline| Instant::now() < deadline)
    }

    async fn sql_in_transaction(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        statements: &[Statement],
        started: Instant,
    ) -> Result<(), HaltAt> {
        let begun = async {
            self.note_violations(session).await?;
            session.run(self.place.dialect.begin()).await
        };
        begun.await.map_err(HaltAt::between)?;
        let result = async {
            for (i, statement) in statements.iter().enumerate() {
                (self.listener)(Event::Statement {
                    number: i + 1,
                    of: statements.len(),
                });
                self.statement(session, statement)
                    .await
                    .map_err(|halt| HaltAt {
                        statement: Some(i),
                        halt,
                        committing: false,
                    })?;
            }
            self.own_rows(&mut Lane::Session(session), one, statements.len(), started)
                .await
                .map_err(HaltAt::between)?;
            session.run("COMMIT").await.map_err(|error| HaltAt {
                statement: None,
                halt: error.into(),
                committing: true,
            })
        }
        .await;
        if result.is_err() {
            session.canceller().rearm();
            // Where this fails the connection is gone, and the transaction with it.
            drop(session.run("ROLLBACK").await);
        }
        result.map(drop)
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
            self.guarded(up, &canceller)
                .await
                .map_err(HaltAt::between)?;
            self.own_rows(&mut Lane::Orm(&transaction), one, 1, started)
                .await
                .map_err(HaltAt::between)
        }
        .await;
        match result {
            Ok(()) => transaction.commit().await.map_err(|error| HaltAt {
                statement: None,
                halt: DbError::of_orm(&error).into(),
                committing: true,
            }),
            Err(at) => {
                canceller.rearm();
                // Where this fails the connection is gone, and the transaction with it.
                drop(transaction.rollback().await);
                Err(at)
            }
        }
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
                self.journal(session, one, State::Started, 1, 1, None, None)
                    .await
                    .map_err(HaltAt::between)?;
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
                self.guarded(up, &canceller).await.map_err(|halt| HaltAt {
                    statement: Some(0),
                    halt,
                    committing: false,
                })?;
            }
            Work::Sql {
                statements, groups, ..
            } => {
                for (number, group) in groups.iter().enumerate().skip(self.first_step) {
                    self.journal(session, one, State::Started, number + 1, of, None, None)
                        .await
                        .map_err(HaltAt::between)?;
                    (self.listener)(Event::Statement {
                        number: number + 1,
                        of,
                    });
                    for i in group.clone() {
                        self.patiently(session, &statements[i], group.len() == 1)
                            .await
                            .map_err(|halt| HaltAt {
                                statement: Some(i),
                                halt,
                                committing: false,
                            })?;
                    }
                }
            }
        }
        if let Some(before) = &self.violations {
            let after = violations(&mut Lane::Session(session))
                .await
                .map_err(HaltAt::between)?;
            let new: Vec<Violation> = after.difference(before).cloned().collect();
            if !new.is_empty() {
                return Err(HaltAt::between(Halt::ForeignKeys(new)));
            }
        }
        self.stepwise_rows(session, one, of, started)
            .await
            .map_err(|error| HaltAt {
                statement: None,
                halt: error.into(),
                committing: true,
            })
    }

    /// A statement outside a transaction, sent again while only a lock is in its way.
    async fn patiently(
        &self,
        session: &mut Session,
        statement: &Statement,
        alone: bool,
    ) -> Result<(), Halt> {
        let dialect = self.place.dialect;
        // A time-out in the middle of CONCURRENTLY leaves an invalid index behind.
        let unbounded = statement.concurrently;
        if unbounded {
            session.run(dialect.lock_timeout_off()).await?;
            if self.repairing {
                self.clear_invalid(session, statement).await?;
            }
        }
        let mut pause = Duration::from_millis(100);
        loop {
            match self.statement(session, statement).await {
                Err(Halt::Database(error))
                    if alone && error.kind == DbErrorKind::Busy && self.may_retry(&error) =>
                {
                    let wait = jittered(pause);
                    (self.listener)(Event::Retrying {
                        id: "",
                        error: &error,
                        wait,
                    });
                    tokio::time::sleep(wait).await;
                    pause = (pause * 2).min(Duration::from_secs(2));
                }
                result => return result,
            }
        }
    }

    /// Drops the invalid index that a failed CREATE INDEX CONCURRENTLY has left, before it runs again.
    async fn clear_invalid(
        &self,
        session: &mut Session,
        statement: &Statement,
    ) -> Result<(), DbError> {
        for index in session.invalid_indexes().await? {
            if statement.names(&index.name) {
                let name = self.place.dialect.quote_name(&index);
                session
                    .run(&format!("DROP INDEX CONCURRENTLY {name}"))
                    .await?;
            }
        }
        Ok(())
    }

    async fn statement(&self, session: &mut Session, statement: &Statement) -> Result<(), Halt> {
        let canceller = session.canceller();
        let sql = &statement.text;
        let result = match &statement.copy_data {
            Some(data) => self.guarded(session.copy_in(sql, data), &canceller).await,
            None => self.guarded(session.run(sql), &canceller).await,
        };
        match result {
            // What a server does not execute of a conditional comment is an empty query to it.
            Err(Halt::Database(error)) if statement.conditional && error.is_empty_query() => Ok(()),
            result => result.map(drop),
        }
    }

    /// Waits for `work`; a stop or a time-out cancels it on the server and waits for what that gives.
    async fn guarded<T>(
        &self,
        work: impl Future<Output = Result<T, DbError>>,
        canceller: &Canceller,
    ) -> Result<T, Halt> {
        let mut work = std::pin::pin!(work);
        // Servers that know the time-out themselves get to it first.
        let timeout = self
            .options
            .statement_timeout
            .map(|timeout| timeout + Duration::from_secs(1));
        let too_long = async {
            match timeout {
                Some(timeout) => tokio::time::sleep(timeout).await,
                None => std::future::pending().await,
            }
        };
        let signal = tokio::select! {
            result = &mut work => return result.map_err(|error| self.judged(error)),
            signal = self.stop.wait() => Some(signal),
            () = too_long => None,
        };
        // Where the server cannot be reached to cancel, the statement's own connection tells why.
        drop(canceller.cancel(self.options.connect_timeout).await);
        let result = work.await;
        match (signal, result) {
            (Some(signal), _) => Err(Halt::Stopped(signal)),
            (None, Ok(value)) => Ok(value),
            (None, Err(error)) => Err(self.judged(error)),
        }
    }

    /// A cancellation that nobody asked for is the server's own time-out.
    fn judged(&self, error: DbError) -> Halt {
        match (error.kind, self.options.statement_timeout) {
            (DbErrorKind::Cancelled, Some(timeout)) => Halt::TimedOut(timeout),
            _ => Halt::Database(error),
        }
    }

    async fn note_violations(&mut self, session: &mut Session) -> Result<(), DbError> {
        if self.place.dialect.checks_foreign_keys() && self.violations.is_none() {
            self.violations = Some(violations(&mut Lane::Session(session)).await?);
        }
        Ok(())
    }

    /// The history and journal rows, inside the revision's own transaction.
    async fn own_rows(
        &self,
        lane: &mut Lane<'_>,
        one: &Prepared,
        statements: usize,
        started: Instant,
    ) -> Result<(), Halt> {
        if let Some(before) = &self.violations {
            let after = violations(lane).await?;
            let new: Vec<Violation> = after.difference(before).cloned().collect();
            if !new.is_empty() {
                return Err(Halt::ForeignKeys(new));
            }
        }
        let sql = format!(
            "{}{}; {}",
            self.place.dialect.before_own_rows(),
            self.history_row(one),
            self.journal_row(
                one,
                State::Done,
                statements,
                statements,
                Some(started),
                None
            ),
        );
        lane.run(&sql).await.map_err(Halt::Database)
    }

    fn history_row(&self, one: &Prepared) -> String {
        match self.direction {
            Direction::Up => ledger::insert_history(&self.place, &one.id),
            Direction::Down => ledger::delete_history(&self.place, &one.id),
        }
    }

    fn journal_row(
        &self,
        one: &Prepared,
        state: State,
        statement: usize,
        statements: usize,
        started: Option<Instant>,
        error: Option<&str>,
    ) -> String {
        let row = JournalRow {
            revision: &one.id,
            action: self.action(),
            state,
            statement,
            statements,
            checksum: one.checksum.as_deref(),
            elapsed: started.map(|started| started.elapsed()),
            error,
        };
        ledger::insert_journal(&self.place, &self.options.author, &row)
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one row")]
    async fn journal(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        state: State,
        statement: usize,
        statements: usize,
        started: Option<Instant>,
        error: Option<&str>,
    ) -> Result<(), DbError> {
        let sql = self.journal_row(one, state, statement, statements, started, error);
        self.beside(session).await?.run(&sql).await.map(drop)
    }

    /// Both rows of a revision that ran without a transaction, in one of their own.
    async fn stepwise_rows(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        of: usize,
        started: Instant,
    ) -> Result<(), DbError> {
        let begin = self.place.dialect.begin();
        let rows = [
            begin.to_owned(),
            self.history_row(one),
            self.journal_row(one, State::Done, of, of, Some(started), None),
            "COMMIT".to_owned(),
        ];
        let beside = self.beside(session).await?;
        for row in rows {
            beside.run(&row).await?;
        }
        Ok(())
    }

    /// The connection for the journal of revisions that commit by themselves: a second one, except on
    /// SQLite, where the first has no open transaction then.
    async fn beside<'s>(
        &'s mut self,
        session: &'s mut Session,
    ) -> Result<&'s mut Session, DbError> {
        if self.place.dialect.checks_foreign_keys() {
            return Ok(session);
        }
        if self.journal.is_none() {
            let second = Session::connect(session.endpoint(), self.options.connect_timeout).await?;
            self.journal = Some(second);
        }
        Ok(self.journal.as_mut().expect("just connected"))
    }

    /// Turns a halt into what is said of it, and writes it into the journal where that is possible.
    async fn ended(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        at: HaltAt,
        started: Instant,
    ) -> RunError {
        let lost =
            matches!(&at.halt, Halt::Database(error) if error.kind == DbErrorKind::ConnectionLost);
        let transactional = one.work.is_transactional();
        let number = match (&one.work, at.statement) {
            (Work::Sql { groups, .. }, Some(i)) if !transactional => groups
                .iter()
                .position(|group| group.contains(&i))
                .map_or(0, |group| group + 1),
            (_, Some(i)) => i + 1,
            (_, None) => one.work.steps(),
        };
        let outcome = match (transactional, at.committing && lost) {
            (true, true) => Outcome::Unknown,
            (true, false) if !self.repairing => Outcome::RolledBack,
            (false, _)
                if !self.repairing
                    && number <= 1
                    && at.statement.is_some()
                    && !lost
                    && is_sql(one)
                    && !leaves_something(one, at.statement) =>
            {
                Outcome::RolledBack
            }
            _ => Outcome::HalfApplied {
                statement: number,
                statements: one.work.steps(),
            },
        };
        if !lost {
            session.canceller().rearm();
            let state = match outcome {
                Outcome::RolledBack => State::RolledBack,
                // The number alone would say that nothing stands.
                _ if number <= 1 || self.repairing => State::Stuck,
                _ => State::Failed,
            };
            let words = at.halt.words();
            let of = match &one.work {
                Work::Sql { statements, .. } if transactional => statements.len(),
                work => work.steps(),
            };
            // The revision's own settings and role are still there; the row must not depend on them.
            drop(session.run("ROLLBACK").await);
            let settings = self.settings(one, false);
            drop(session.restore(&self.baseline, &settings, self.lock).await);
            let row = self.journal_row(one, state, number, of, Some(started), Some(words.as_str()));
            let written = if transactional {
                session.run(&row).await.map(drop)
            } else {
                match self.beside(session).await {
                    Ok(beside) => beside.run(&row).await.map(drop),
                    Err(error) => Err(error),
                }
            };
            // The journal's word of a failure is a help, not the truth: that is the history table.
            drop(written);
        }
        let mut invalid_index = None;
        if !lost && leaves_something(one, at.statement) {
            // Only to be named: where it cannot be asked, repair will find it.
            let found = session.invalid_indexes().await.unwrap_or_default();
            let statement = failed(one, at.statement);
            invalid_index = found
                .into_iter()
                .find(|index| statement.is_some_and(|statement| statement.names(&index.name)));
        }
        match at.halt {
            Halt::Stopped(signal) => RunError::Stopped {
                signal,
                revision: Some((one.id.clone(), outcome)),
            },
            halt => RunError::Failed(Box::new(Failure {
                invalid_index,
                revision: one.id.clone(),
                origin: one.origin.clone(),
                direction: self.direction,
                statement: failed_statement(one, at.statement, halt.position()),
                cause: halt.cause(),
                outcome,
            })),
        }
    }

    /// Makes every commit of the run so far durable.
    ///
    /// A commit that waits for the disk takes all earlier ones with it.
    pub async fn flush(&mut self, session: &mut Session) {
        if let Some(sql) = self.place.dialect.flush() {
            drop(session.run(sql).await);
        }
    }

    /// Whether the revision stands, asked on a new connection after the answer to COMMIT was lost.
    pub async fn was_committed(&self, session: &Session, one: &Prepared) -> bool {
        let Ok(mut again) =
            Session::connect(session.endpoint(), self.options.connect_timeout).await
        else {
            return false;
        };
        let standing = Standing::read(&mut again).await;
        again.close().await;
        standing
            .is_ok_and(|standing| standing.is_applied(&one.id) == (self.direction == Direction::Up))
    }

    /// Closes what the run opened beside the session.
    pub async fn end(self) {
        if let Some(journal) = self.journal {
            journal.close().await;
        }
    }
}

fn failed(one: &Prepared, index: Option<usize>) -> Option<&Statement> {
    match &one.work {
        Work::Sql { statements, .. } => statements.get(index?),
        Work::Rust { .. } => None,
    }
}

/// Whether the statement leaves something behind also where it fails: CONCURRENTLY an invalid index.
fn leaves_something(one: &Prepared, index: Option<usize>) -> bool {
    failed(one, index).is_some_and(|statement| statement.concurrently)
}

fn is_sql(one: &Prepared) -> bool {
    matches!(one.work, Work::Sql { .. })
}

impl Halt {
    fn words(&self) -> String {
        match self {
            Halt::Stopped(_) => "stopped by a signal".to_owned(),
            Halt::TimedOut(timeout) => format!("ran longer than {} s", timeout.as_secs_f32()),
            Halt::Database(error) => error.message.clone(),
            Halt::ForeignKeys(rows) => format!("{} rows refer to nothing", rows.len()),
        }
    }

    fn position(&self) -> Option<usize> {
        match self {
            Halt::Database(error) => error.position,
            _ => None,
        }
    }

    fn cause(self) -> Cause {
        match self {
            Halt::Database(error) => Cause::Database(error),
            Halt::ForeignKeys(rows) => Cause::ForeignKeys(rows),
            Halt::TimedOut(timeout) => Cause::TimedOut { timeout },
            Halt::Stopped(_) => {
                Cause::Database(DbError::new(DbErrorKind::Cancelled, "stopped by a signal"))
            }
        }
    }
}

fn failed_statement(
    one: &Prepared,
    index: Option<usize>,
    position: Option<usize>,
) -> Option<FailedStatement> {
    let Work::Sql { statements, .. } = &one.work else {
        return None;
    };
    let index = index?;
    let statement = statements.get(index)?;
    Some(FailedStatement {
        number: index + 1,
        of: statements.len(),
        text: statement.text.clone(),
        line: statement.line,
        column: statement.column,
        place: position.map(|position| {
            let (line, column) = statement.locate(position);
            FilePlace {
                line,
                column,
                position,
            }
        }),
    })
}

async fn violations(lane: &mut Lane<'_>) -> Result<HashSet<Violation>, DbError> {
    let rows = lane
        .column("SELECT json_array(\"table\", rowid, \"parent\") FROM pragma_foreign_key_check")
        .await?;
    Ok(rows
        .iter()
        .filter_map(|row| serde_json::from_str::<(String, Option<i64>, String)>(row).ok())
        .map(|(table, rowid, parent)| Violation {
            table,
            rowid,
            parent,
        })
        .collect())
}

/// Between half and all of `pause`, so that two that wait do not wake together for ever.
fn jittered(pause: Duration) -> Duration {
    use std::hash::{BuildHasher as _, RandomState};
    let random = RandomState::new().hash_one(0u8) % 512;
    pause / 2 + pause * u32::try_from(random).unwrap_or_default() / 1024
}

fn not_shared() -> DbError {
    DbError::new(
        DbErrorKind::Driver,
        "the session was opened without SeaORM's pool",
    )
}

#[path = "all.rs"]
mod all;
