//! Whether a statement whose client is gone still runs on the server.

use std::time::Duration;

use super::{DbError, Dialect, Session};

/// A session that runs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StillRunning {
    /// The server's number of it.
    pub id: i64,
    pub elapsed: Duration,
}

/// Servers keep only the beginning of a long statement; PostgreSQL's least is 1,024 bytes.
const KEPT: usize = 250;

impl Session {
    /// Another session of this database that runs `sql` now.
    ///
    /// # Errors
    /// What the server says.
    pub async fn still_running(&mut self, sql: &str) -> Result<Option<StillRunning>, DbError> {
        let dialect = self.dialect();
        let beginning: String = sql.chars().take(KEPT).collect();
        let text = dialect.literal(&beginning);
        let query = match dialect {
            Dialect::Postgres => format!(
                "SELECT pid, (extract(epoch FROM clock_timestamp() - query_start) * 1000)::bigint FROM pg_stat_activity \
                 WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' \
                 AND left(query, {KEPT}) = {text} ORDER BY query_start LIMIT 1"
            ),
            Dialect::Mysql | Dialect::Mariadb => format!(
                "SELECT ID, TIME * 1000 FROM information_schema.PROCESSLIST WHERE DB = DATABASE() \
                 AND ID <> CONNECTION_ID() AND COMMAND <> 'Sleep' AND left(INFO, {KEPT}) = {text} \
                 ORDER BY TIME DESC LIMIT 1"
            ),
            // What ran is over when its process is.
            Dialect::Sqlite => return Ok(None),
        };
        let rows = self.query(&query).await?;
        Ok(rows.first().and_then(|row| {
            Some(StillRunning {
                id: row.integer(0)?,
                elapsed: Duration::from_millis(row.integer(1)?.max(0).cast_unsigned()),
            })
        }))
    }
}

impl Dialect {
    /// The statement that cancels what a session runs.
    pub fn cancel_statement(self, id: i64) -> String {
        match self {
            Dialect::Postgres => format!("SELECT pg_cancel_backend({id})"),
            _ => format!("KILL QUERY {id}"),
        }
    }
}
