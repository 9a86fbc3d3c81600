//! A statement sent and waited for: patience with locks, time-outs, the wish to stop.

use super::*;

impl Runner<'_> {
    /// A statement outside a transaction, sent again while only a lock is in its way.
    pub(super) async fn patiently(
        &self,
        session: &mut Session,
        statement: &Statement,
        alone: bool,
    ) -> Result<(), Halt> {
        let dialect = self.place.dialect;
        // A time-out in the middle of CONCURRENTLY leaves an invalid index behind.
        let unbounded = statement.concurrently;
        if unbounded {
            session.run(&dialect.lock_timeout(Duration::ZERO)).await?;
            if self.repairing {
                self.clear_invalid(session, statement).await?;
            }
        }
        let result = self.until_unlocked(session, statement, alone).await;
        if unbounded && result.is_ok() {
            let bound = self.options.lock_timeout.min(LOCK_PATIENCE);
            session.run(&dialect.lock_timeout(bound)).await?;
        }
        result
    }

    async fn until_unlocked(
        &self,
        session: &mut Session,
        statement: &Statement,
        alone: bool,
    ) -> Result<(), Halt> {
        let mut pause = Duration::from_millis(100);
        loop {
            match self.statement(session, statement).await {
                Err(Halt::Database(error))
                    if alone && error.kind == DbErrorKind::Busy && self.may_retry(&error) =>
                {
                    let wait = jittered(pause);
                    self.count_a_try();
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
    pub(super) async fn clear_invalid(
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

    pub(super) async fn statement(
        &self,
        session: &mut Session,
        statement: &Statement,
    ) -> Result<(), Halt> {
        let canceller = session.canceller();
        let sql = &statement.text;
        let result = match &statement.copy_data {
            Some(data) => {
                self.guarded(session.copy_in(sql, data.as_bytes()), &canceller)
                    .await
            }
            None => self.guarded(session.run(sql), &canceller).await,
        };
        match result {
            // What a server does not execute of a conditional comment is an empty query to it.
            Err(Halt::Database(error)) if statement.conditional && error.is_empty_query() => Ok(()),
            result => result.map(drop),
        }
    }

    /// Looks every second, once a statement has taken one, who holds the lock that it waits for. Never ends.
    async fn tell_who_is_in_the_way(&self, canceller: &Canceller) {
        const EVERY: Duration = Duration::from_secs(1);
        if canceller.id() == 0 {
            return std::future::pending().await;
        }
        let own: Vec<i64> = self.journal.iter().map(Session::id).collect();
        loop {
            tokio::time::sleep(EVERY).await;
            let mut asking = self.asking.lock().await;
            if asking.is_none() {
                // Where it cannot be had, the statement is waited for without it.
                *asking = canceller.another(self.options.connect_timeout).await.ok();
            }
            let Some(session) = asking.as_mut() else {
                continue;
            };
            match session.blockers(canceller.id(), &own).await {
                Ok(by) if !by.holders.is_empty() => {
                    (self.listener)(Event::Blocked { by: &by });
                    self.blocked
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .0 = by;
                }
                Ok(_) => {}
                Err(_) => *asking = None,
            }
        }
    }

    pub(super) fn count_a_try(&self) {
        self.blocked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1 += 1;
    }

    /// Waits for `work`; a stop or a time-out cancels it on the server and waits for what that gives.
    pub(super) async fn guarded<T>(
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
            () = self.tell_who_is_in_the_way(canceller) => None,
        };
        // Asked again every second: the first may come before the statement has reached the server, or
        // between two of them. Where the server cannot be reached, the statement's own connection tells why.
        let result = loop {
            let cancelling = async {
                drop(canceller.cancel(self.options.connect_timeout).await);
                tokio::time::sleep(Duration::from_secs(1)).await;
            };
            tokio::select! {
                result = &mut work => break result,
                () = cancelling => {}
            }
        };
        match (signal, result) {
            (Some(signal), _) => Err(Halt::Stopped(signal)),
            (None, Ok(value)) => Ok(value),
            (None, Err(error)) => Err(self.judged(error)),
        }
    }

    /// A cancellation that nobody asked for is the server's own time-out.
    pub(super) fn judged(&self, error: DbError) -> Halt {
        match (error.kind, self.options.statement_timeout) {
            (DbErrorKind::Cancelled, Some(timeout)) => Halt::TimedOut(timeout),
            _ => Halt::Database(error),
        }
    }

    pub(super) fn may_retry(&self, error: &DbError) -> bool {
        matches!(error.kind, DbErrorKind::Busy | DbErrorKind::Deadlock)
            && self.stop.requested().is_none()
            && self
                .deadline
                .is_some_and(|deadline| Instant::now() < deadline)
    }
}

/// Between half and all of `pause`, so that two that wait do not wake together for ever.
pub(super) fn jittered(pause: Duration) -> Duration {
    use std::hash::{BuildHasher as _, RandomState};
    let random = RandomState::new().hash_one(0u8) % 512;
    pause / 2 + pause * u32::try_from(random).unwrap_or_default() / 1024
}
