//! How a revision that did not end is told, and how a run ends.

use sea_orm::DatabaseTransaction;

use super::*;

impl Runner<'_> {
    /// Commits a transaction of SeaORM's, or rolls it back.
    pub(super) async fn end_of_orm(
        &self,
        transaction: DatabaseTransaction,
        result: Result<(), HaltAt>,
        canceller: &Canceller,
    ) -> Result<(), HaltAt> {
        match result {
            Ok(()) => {
                let commit = async {
                    transaction
                        .commit()
                        .await
                        .map_err(|error| DbError::of_orm(&error))
                };
                canceller
                    .unless_lost(commit)
                    .await
                    .map_err(HaltAt::committing)
            }
            Err(at) => {
                canceller.rearm();
                let patience = self.options.connect_timeout;
                // Where this fails the connection is gone, and the transaction with it.
                drop(tokio::time::timeout(patience, transaction.rollback()).await);
                Err(at)
            }
        }
    }

    /// Turns a halt into what is said of it, and writes it into the journal where that is possible.
    pub(super) async fn ended(
        &mut self,
        session: &mut Session,
        one: &Prepared,
        mut at: HaltAt,
        started: Instant,
    ) -> RunError {
        let said = self.without_values(one, &mut at);
        let lost = at.is_lost();
        let transactional = one.work.is_transactional();
        if !lost {
            session.canceller().rearm();
            // Where there is none this is an error that changes nothing.
            drop(session.run("ROLLBACK").await);
        }
        let (number, outcome) = self.outcome(session, one, &at).await;
        if !lost {
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
            let settings = self.settings(one, false);
            drop(
                session
                    .restore(&self.baseline, &settings, self.lock, "")
                    .await,
            );
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
        let offending = match lost {
            true => None,
            false => offending(session, one, &at, said.as_ref()).await,
        };
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
                blocked: match &halt {
                    Halt::Database(error) if error.kind == DbErrorKind::Busy => {
                        let blocked = std::mem::take(&mut self.blocked);
                        Some(blocked.into_inner().unwrap_or_else(PoisonError::into_inner))
                    }
                    _ => None,
                },
                invalid_index,
                offending,
                revision: one.id.clone(),
                origin: one.origin.clone(),
                direction: self.direction,
                statement: failed_statement(one, at.statement, halt.position()),
                cause: halt.cause(),
                outcome,
            })),
        }
    }

    /// Takes the values of rows out of what the server said; gives back what it said.
    fn without_values(&self, one: &Prepared, at: &mut HaltAt) -> Option<DbError> {
        let sql = failed(one, at.statement).map_or("", |statement| statement.text.as_str());
        let Halt::Database(error) = &mut at.halt else {
            return None;
        };
        let silent = error.clone().without_values(self.place.dialect, sql);
        Some(std::mem::replace(error, silent))
    }

    /// Makes every commit of the run so far durable.
    ///
    /// A commit that waits for the disk takes all earlier ones with it.
    pub async fn flush(&mut self, session: &mut Session) -> bool {
        match self.place.dialect.flush() {
            Some(sql) => session.run(sql).await.is_ok(),
            None => true,
        }
    }

    /// As [`Runner::flush`]; where the connection is gone, asks a new one what stands, since a server that
    /// crashed may have lost the newest commits.
    pub async fn settle(&mut self, session: &mut Session, report: &mut Report) {
        if self.flush(session).await || report.done.is_empty() {
            return;
        }
        let patience = self.options.connect_timeout;
        let Ok(mut again) = Session::connect(session.endpoint(), patience).await else {
            report.unsure = true;
            return;
        };
        report.unsure = !self.flush(&mut again).await;
        match Standing::brief(&mut again).await {
            Ok(standing) => report
                .done
                .retain(|(id, _)| standing.is_applied(id) == (self.direction == Direction::Up)),
            Err(_) => report.unsure = true,
        }
        again.close().await;
    }

    /// The error of a revision, with what is found to stand where that was not known; `None` where the server
    /// has committed and only its answer was lost.
    pub async fn looked_up(
        &self,
        session: &Session,
        one: &Prepared,
        error: RunError,
    ) -> Option<RunError> {
        let mut failure = match error {
            RunError::Failed(failure) if failure.outcome == Outcome::Unknown => failure,
            error => return Some(error),
        };
        match self.found(session, one).await {
            Some(Found::Committed) => return None,
            Some(Found::Not(outcome)) => failure.outcome = outcome,
            None => {}
        }
        Some(RunError::Failed(failure))
    }

    /// What stands of a revision, asked on a new connection after the answer to COMMIT was lost, and once
    /// the server has let go of the old one. `None` where nobody can tell.
    async fn found(&self, session: &Session, one: &Prepared) -> Option<Found> {
        let connecting = Session::connect(session.endpoint(), self.options.connect_timeout);
        let mut again = connecting.await.ok()?;
        let committing = match &self.journal {
            Some(journal) if !one.work.is_transactional() => journal.id(),
            _ => session.id(),
        };
        let ended = again.outlives(committing).await.unwrap_or(false);
        let standing = Standing::brief(&mut again).await;
        again.close().await;
        let is_applied = standing.ok()?.is_applied(&one.id);
        match is_applied == (self.direction == Direction::Up) {
            true => Some(Found::Committed),
            false if !ended => None,
            false if one.work.is_transactional() => Some(Found::Not(Outcome::RolledBack)),
            false => Some(Found::Not(Outcome::HalfApplied {
                statement: one.work.steps(),
                statements: one.work.steps(),
            })),
        }
    }

    /// Closes what the run opened beside the session.
    pub async fn end(self) {
        let others = self.journal.into_iter().chain(self.asking.into_inner());
        for session in others {
            session.close().await;
        }
    }
}

/// What was found of a revision whose COMMIT was not answered.
enum Found {
    Committed,
    Not(Outcome),
}

/// The data that was in the way, now that what failed is rolled back.
async fn offending(
    session: &mut Session,
    one: &Prepared,
    at: &HaltAt,
    said: Option<&DbError>,
) -> Option<Offending> {
    let before: Vec<&str> = match (&one.work, at.statement) {
        (Work::Sql { statements, .. }, Some(i)) => {
            let before = statements.iter().take(i);
            before.map(|statement| statement.text.as_str()).collect()
        }
        _ => Vec::new(),
    };
    match (&at.halt, said) {
        (Halt::Database(_), Some(error)) => {
            let sql = failed(one, at.statement).map_or("", |statement| statement.text.as_str());
            session.offending(error, sql, &before).await
        }
        (Halt::ForeignKeys(_, Some(key)), _) => session.orphans(key).await,
        _ => None,
    }
}

pub(super) fn failed(one: &Prepared, index: Option<usize>) -> Option<&Statement> {
    match &one.work {
        Work::Sql { statements, .. } => statements.get(index?),
        Work::Rust { .. } => None,
    }
}

/// Whether the statement leaves something behind also where it fails: CONCURRENTLY an invalid index.
pub(super) fn leaves_something(one: &Prepared, index: Option<usize>) -> bool {
    failed(one, index).is_some_and(|statement| statement.concurrently)
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
