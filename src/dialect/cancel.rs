//! Stopping a statement from another connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{DbError, Endpoint, Session, alive};

/// Stops a session's running statement from another connection.
#[derive(Clone)]
pub struct Canceller {
    pub(super) endpoint: Endpoint,
    pub(super) id: i64,
    pub(super) interrupted: Option<Arc<AtomicBool>>,
}

impl Canceller {
    /// Asks the server to cancel what the session runs. The session's own call then returns an error
    /// of kind `Cancelled`.
    ///
    /// # Errors
    /// Where no second connection could be had within `timeout`.
    pub async fn cancel(&self, timeout: Duration) -> Result<(), DbError> {
        if let Some(interrupted) = &self.interrupted {
            interrupted.store(true, Ordering::Relaxed);
            return Ok(());
        }
        let mut second = Session::connect(&self.endpoint, timeout).await?;
        let sql = second.dialect().cancel_statement(self.id);
        let result = second.query(&sql).await;
        second.close().await;
        result.map(drop)
    }

    /// Another session on the same database.
    ///
    /// # Errors
    /// As [`Session::connect`].
    pub async fn another(&self, timeout: Duration) -> Result<Session, DbError> {
        Session::connect(&self.endpoint, timeout).await
    }

    /// The server's number of the session; 0 on SQLite.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Waits for `work` on the session's connection, made of several statements and of what is done between
    /// them, as long as the server is there.
    ///
    /// # Errors
    /// What `work` gives; `ConnectionLost` where the server is not there any more.
    pub async fn unless_lost<T>(
        &self,
        work: impl Future<Output = Result<T, DbError>>,
    ) -> Result<T, DbError> {
        if self.id == 0 {
            return work.await;
        }
        tokio::select! {
            result = work => result,
            why = alive::found_lost(&self.endpoint, self.id, false) => {
                Err(DbError::of_statement(&alive::lost(why)))
            }
        }
    }

    /// Lets a SQLite session that was cancelled work again, so that it can roll back.
    pub fn rearm(&self) {
        if let Some(interrupted) = &self.interrupted {
            interrupted.store(false, Ordering::Relaxed);
        }
    }
}
