//! The log of revoked sessions in the application's own database, whatever the backend.

use std::sync::Arc;
use std::time::Duration;

use super::Handle;
use crate::session::{LogError, Revocation, RevocationLog, SqlLog};

/// The log in the table `piton_revocations` of a handle's database. On a JSON store each entry is committed, so
/// that it is on disk when a revocation returns.
#[derive(Clone)]
pub struct DatabaseLog {
    handle: Arc<Handle>,
    log: SqlLog,
}

impl Handle {
    /// The log of revoked sessions in this database; its table is made where it is missing.
    ///
    /// # Errors
    /// The database's or the store's.
    pub async fn revocation_log(self: &Arc<Handle>) -> Result<DatabaseLog, LogError> {
        let log = DatabaseLog {
            log: SqlLog::open(self.connection()).await?,
            handle: Arc::clone(self),
        };
        log.settle().await?;
        Ok(log)
    }
}

impl DatabaseLog {
    async fn settle(&self) -> Result<(), LogError> {
        let saved = self.handle.commit().await;
        saved.map_err(|error| LogError::Other(error.to_string()))
    }
}

#[async_trait::async_trait]
impl RevocationLog for DatabaseLog {
    async fn record(&self, revocation: &Revocation, life: Duration) -> Result<(), LogError> {
        self.log.record(revocation, life).await?;
        self.settle().await
    }

    async fn standing(&self) -> Result<Vec<Revocation>, LogError> {
        self.log.standing().await
    }

    async fn forget(&self) -> Result<u64, LogError> {
        let forgotten = self.log.forget().await?;
        self.settle().await?;
        Ok(forgotten)
    }
}
