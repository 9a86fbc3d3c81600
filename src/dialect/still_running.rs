//! Whether a statement whose client is gone still runs on the server.

use std::time::Duration;

use super::{DbError, DbErrorKind, Dialect, Session};

/// A session that runs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StillRunning {
    /// The server's number of it.
    pub id: i64,
    pub elapsed: Duration,
}

/// Whether somebody runs a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Running {
    By(StillRunning),
    Nobody,
    /// It could not be asked, or not all sessions show what they run.
    Unknown,
}

/// Servers keep only the beginning of a long statement; PostgreSQL's least is 1,024 bytes.
const KEPT: usize = 250;

impl Session {
    /// Whether another session of this database runs `sql` now.
    ///
    /// # Errors
    /// What the server says.
    pub async fn still_running(&mut self, sql: &str) -> Result<Running, DbError> {
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
            Dialect::Sqlite => return Ok(Running::Nobody),
        };
        let rows = self.query(&query).await?;
        let found = rows.first().and_then(|row| {
            Some(StillRunning {
                id: row.integer(0)?,
                elapsed: Duration::from_millis(row.integer(1)?.max(0).cast_unsigned()),
            })
        });
        Ok(match found {
            Some(found) => Running::By(found),
            None if self.shows_all_statements().await? => Running::Nobody,
            None => Running::Unknown,
        })
    }

    /// Whether every session of this database shows this user what it runs.
    async fn shows_all_statements(&mut self) -> Result<bool, DbError> {
        match self.dialect() {
            Dialect::Postgres => {
                let hidden = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
                     AND usesysid IS NOT NULL AND backend_type IS NULL LIMIT 1";
                Ok(self.query(hidden).await?.is_empty())
            }
            // Without PROCESS the list ends at one's own user, and this is refused.
            Dialect::Mysql | Dialect::Mariadb => {
                let other = "SELECT trx_id FROM information_schema.INNODB_TRX LIMIT 1";
                match self.query(other).await {
                    Ok(_) => Ok(true),
                    Err(error) if error.kind == DbErrorKind::Privilege => Ok(false),
                    Err(error) => Err(error),
                }
            }
            Dialect::Sqlite => Ok(true),
        }
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
