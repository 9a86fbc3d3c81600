//! `--transaction all`: every revision of the run in one transaction.

use std::time::Instant;

use sea_orm::TransactionTrait;

use super::*;

impl Runner<'_> {
    /// Runs every revision, then commits once.
    pub(in crate::migrate) async fn all(
        &mut self,
        session: &mut Session,
        prepared: &[Prepared],
        report: &mut Report,
    ) -> Result<(), RunError> {
        let Some(first) = prepared.first() else {
            return Ok(());
        };
        let settings = self.settings(first, false);
        if !session
            .restore(&self.baseline, &settings, self.lock, "")
            .await?
        {
            return Err(RunError::LockLost {
                revision: first.id.clone(),
            });
        }
        self.deadline = Some(Instant::now());
        self.note_violations(session).await?;
        let canceller = session.canceller();
        let started = Instant::now();
        let mut current = 0;
        let mut done = Vec::with_capacity(prepared.len());
        let result = if prepared.iter().any(|one| !is_sql(one)) {
            let Some(database) = session.orm().await else {
                return Err(not_shared().into());
            };
            let options = TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..Default::default()
            };
            let transaction = database
                .begin_with_options(options)
                .await
                .map_err(|e| DbError::of_orm(&e))?;
            let result = self
                .all_in(
                    &mut Lane::Orm(&transaction),
                    prepared,
                    &canceller,
                    &mut current,
                    &mut done,
                )
                .await;
            self.end_of_orm(transaction, result, &canceller).await
        } else {
            session.run(self.place.dialect.begin()).await?;
            let mut lane = Lane::Session(session);
            match self
                .all_in(&mut lane, prepared, &canceller, &mut current, &mut done)
                .await
            {
                Ok(()) => session
                    .run("COMMIT")
                    .await
                    .map(drop)
                    .map_err(HaltAt::committing),
                Err(at) => Err(at),
            }
        };
        match result {
            Ok(()) => {
                report.done.append(&mut done);
                Ok(())
            }
            Err(at) => {
                let one = &prepared[current];
                let error = self.ended(session, one, at, started).await;
                match self.looked_up(session, one, error).await {
                    None => {
                        report.done.append(&mut done);
                        Ok(())
                    }
                    Some(error) => Err(error),
                }
            }
        }
    }

    async fn all_in(
        &mut self,
        lane: &mut Lane<'_>,
        prepared: &[Prepared],
        canceller: &Canceller,
        current: &mut usize,
        done: &mut Vec<(String, Duration)>,
    ) -> Result<(), HaltAt> {
        for (i, one) in prepared.iter().enumerate() {
            *current = i;
            if i > 0 {
                let dialect = self.place.dialect;
                let forgotten = async {
                    match dialect.forget_temporary() {
                        "" => forget(dialect, lane).await,
                        sql => lane.run(sql).await,
                    }
                };
                forgotten.await.map_err(HaltAt::between)?;
            }
            let started = Instant::now();
            (self.listener)(Event::Revision {
                number: i + 1,
                of: prepared.len(),
                id: &one.id,
                direction: self.direction,
            });
            match &one.work {
                Work::Sql { statements, .. } => {
                    for (number, statement) in statements.iter().enumerate() {
                        (self.listener)(Event::Statement {
                            number: number + 1,
                            of: statements.len(),
                        });
                        self.guarded(lane.statement(statement), canceller)
                            .await
                            .map_err(|halt| HaltAt::at(number, halt))?;
                    }
                }
                Work::Rust { migration, .. } => {
                    let Lane::Orm(transaction) = lane else {
                        return Err(HaltAt::between(not_shared()));
                    };
                    let inside = async {
                        let inner = transaction.begin().await?;
                        let manager = SchemaManager::new(&inner);
                        match self.direction {
                            Direction::Up => migration.up(&manager).await?,
                            Direction::Down => migration.down(&manager).await?,
                        }
                        inner.commit().await
                    };
                    let inside = async { inside.await.map_err(|error| DbError::of_orm(&error)) };
                    self.guarded(canceller.unless_lost(inside), canceller)
                        .await
                        .map_err(HaltAt::between)?;
                }
            }
            self.own_rows(lane, one, one.work.steps(), started, "")
                .await
                .map_err(HaltAt::between)?;
            (self.listener)(Event::Done {
                id: &one.id,
                elapsed: started.elapsed(),
            });
            done.push((one.id.clone(), started.elapsed()));
        }
        Ok(())
    }
}
