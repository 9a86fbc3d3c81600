//! How long a connection is waited for, and when it is asked for again: connections come free by themselves.

use std::time::{Duration, Instant};

use super::{DbError, DbErrorKind};

/// How long a connection is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// How long is being waited.
pub(super) struct Patience {
    started: Instant,
    pause: Duration,
}

impl Patience {
    pub(super) fn new() -> Patience {
        Patience {
            started: Instant::now(),
            pause: Duration::from_millis(50),
        }
    }

    /// Waits where it makes sense to connect again after this error, longer each time; `false` where it does not.
    pub(super) async fn waits(&mut self, error: &DbError) -> bool {
        let goes_on =
            error.kind == DbErrorKind::TooManyConnections && self.started.elapsed() < PATIENCE;
        if goes_on {
            tokio::time::sleep(self.pause).await;
            self.pause = (self.pause * 2).min(Duration::from_millis(500));
        }
        goes_on
    }
}

/// # Errors
/// The work's own, or that it took longer than `timeout`.
pub(super) async fn within<T>(
    timeout: Duration,
    work: impl Future<Output = Result<T, DbError>>,
) -> Result<T, DbError> {
    tokio::time::timeout(timeout, work)
        .await
        .unwrap_or_else(|_| {
            Err(DbError::new(
                DbErrorKind::Unreachable,
                format!("no answer within {} s", timeout.as_secs_f32()),
            ))
        })
}
