//! SQLite's own handle, which sqlx's thread lends.

use rusqlite::Connection;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::LockedSqliteHandle;
use sqlx::{Connection as _, Sqlite, SqliteConnection};
use tokio::runtime::Handle;

use crate::dialect::DbError;

/// Borrows the handle.
///
/// Whoever asks again before sqlx's thread has it back gets it at once, and leaves a command behind that is yet to be
/// read. Commands that pile up so fill their queue, and then the two wait for each other for ever. So the thread is
/// first asked for an answer, which it gives when it has the handle and has read all that came before.
///
/// # Errors
/// Where sqlx's thread is gone.
pub(crate) async fn lock(
    connection: &mut SqliteConnection,
) -> Result<LockedSqliteHandle<'_>, sqlx::Error> {
    connection.ping().await?;
    connection.lock_handle().await
}

/// Runs `work` on SQLite's own handle. It goes on to its end if the caller's future is dropped.
pub(super) async fn on_handle<T: Send + 'static>(
    mut held: PoolConnection<Sqlite>,
    work: impl FnOnce(&Connection) -> Result<T, DbError> + Send + 'static,
) -> (PoolConnection<Sqlite>, Result<T, DbError>) {
    let runtime = Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        let outcome = match runtime.block_on(lock(&mut held)) {
            Err(error) => Err(DbError::of_statement(&error)),
            Ok(mut locked) => {
                let handle = locked.as_raw_handle().as_ptr();
                // SAFETY: `handle` is an open database of the same libsqlite3-sys. `locked` keeps sqlx's worker
                // from using it and outlives `direct`, which does not close what it did not open.
                let direct = unsafe { Connection::from_handle(handle) };
                direct
                    .map_err(|e| super::rows::said(&e))
                    .and_then(|direct| work(&direct))
            }
        };
        (held, outcome)
    });
    match task.await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

    use super::*;

    #[tokio::test]
    async fn a_handle_is_lent_as_often_as_it_is_asked_for() {
        // The room that it has for commands is what a handle that is lent too soon would fill.
        let options = SqliteConnectOptions::new()
            .in_memory(true)
            .command_buffer_size(1);
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(options).await.unwrap();
        let often = tokio::spawn(async move {
            let mut held = pool.acquire().await.unwrap();
            for _ in 0..20_000 {
                let (back, outcome) = on_handle(held, |_| Ok(())).await;
                outcome.unwrap();
                held = back;
            }
        });
        let often = tokio::time::timeout(std::time::Duration::from_secs(60), often).await;
        // A thread that waits for ever would keep the test from ending.
        if often.is_err() {
            eprintln!("a handle was never lent");
            std::process::abort();
        }
        often.unwrap().unwrap();
    }
}
