//! Whether a server is still behind a connection that says nothing: a network that swallows packets breaks
//! no connection, and a statement may rightly take hours. So another connection asks after the first.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::Duration;

use super::{Dialect, Endpoint, Session};

/// A connection that was silent for so long is asked after, and again after as long.
const SILENCE: Duration = Duration::from_secs(10);
/// How long the other connection may take to be made and to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the server may take to let go of a connection that was lost.
const FAREWELL: Duration = Duration::from_secs(5);

/// What the server says of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    AtWork,
    /// It has answered, and waits for what comes next.
    Idle,
    Gone,
}

/// Waits for `work` on the session with this number. Where the server is found not to be there any more,
/// that is an I/O error as if the connection had broken; the connection must not be used after it.
pub(super) async fn unless_lost<T>(
    endpoint: &Endpoint,
    session: i64,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    if session == 0 {
        return work.await;
    }
    tokio::select! {
        result = work => result,
        why = found_lost(endpoint, session, true) => Err(lost(why)),
    }
}

/// The error that [`unless_lost`] gives.
pub(super) fn lost(why: &str) -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, why))
}

/// Returns when the session is found lost, and not before. A session that is idle counts as lost only where
/// one statement is waited for.
pub(super) async fn found_lost(
    endpoint: &Endpoint,
    session: i64,
    idle_is_lost: bool,
) -> &'static str {
    let mut before = Ok(Seen::AtWork);
    tokio::time::sleep(SILENCE).await;
    loop {
        let now = match tokio::time::timeout(PATIENCE, boxed(endpoint, session)).await {
            Ok(answer) => answer,
            Err(_) => Err(true),
        };
        match (before, now) {
            (_, Ok(Seen::Gone)) => return "the server has no such session any more",
            (Ok(Seen::Idle), Ok(Seen::Idle)) if idle_is_lost => {
                return "the server has answered, and the answer did not come";
            }
            (Err(true), Err(true)) => return "the server does not answer any more",
            _ => {}
        }
        before = now;
        // Once there is doubt it is settled soon.
        let doubt = matches!(now, Err(true) | Ok(Seen::Idle));
        tokio::time::sleep(if doubt { SILENCE / 5 } else { SILENCE }).await;
    }
}

/// [`seen`] in a box: connecting runs statements, which come by here.
fn boxed(
    endpoint: &Endpoint,
    session: i64,
) -> Pin<Box<dyn Future<Output = Result<Seen, bool>> + Send + '_>> {
    Box::pin(seen(endpoint, session))
}

/// Asks the server. `Err(true)`: it does not answer; `Err(false)`: it could not be asked.
async fn seen(endpoint: &Endpoint, session: i64) -> Result<Seen, bool> {
    let unreachable = |error: super::DbError| {
        matches!(
            error.kind,
            super::DbErrorKind::Unreachable | super::DbErrorKind::ConnectionLost
        )
    };
    let mut other = Session::connect(endpoint, PATIENCE)
        .await
        .map_err(unreachable)?;
    let answer = other.query(&state_query(other.dialect(), session)).await;
    other.close().await;
    let rows = answer.map_err(unreachable)?;
    Ok(match rows.first() {
        None => Seen::Gone,
        Some(row) if row.truth(0) => Seen::Idle,
        Some(_) => Seen::AtWork,
    })
}

/// A row where the session is there: whether it has been idle for a while.
fn state_query(dialect: Dialect, session: i64) -> String {
    match dialect {
        Dialect::Postgres => format!(
            "SELECT coalesce(state LIKE 'idle%' AND state_change < clock_timestamp() - interval '2 s', false) \
             FROM pg_stat_activity WHERE pid = {session}"
        ),
        Dialect::Mysql | Dialect::Mariadb => format!(
            "SELECT COMMAND = 'Sleep' AND TIME >= 2 FROM information_schema.PROCESSLIST \
             WHERE ID = {session}"
        ),
        Dialect::Sqlite => "SELECT 0".to_owned(),
    }
}

impl Session {
    /// Waits until the server has let go of another session, whose connection was lost: what it did then
    /// stands or is rolled back, and nothing of it goes on. `false` where it is still there after some
    /// seconds.
    ///
    /// # Errors
    /// What the server says.
    pub async fn outlives(&mut self, session: i64) -> Result<bool, super::DbError> {
        let started = std::time::Instant::now();
        loop {
            let query = state_query(self.dialect(), session);
            if session == 0 || self.query(&query).await?.is_empty() {
                return Ok(true);
            }
            if started.elapsed() > FAREWELL {
                return Ok(false);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
