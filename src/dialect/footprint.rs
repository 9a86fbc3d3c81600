//! What a server says that it takes: memory, connections, bytes written.

use super::{DbError, Dialect, Row, Session};

/// What a server takes, as far as it tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Bytes that were written to disk since some moment: of two readings the difference counts.
    pub written: Option<u64>,
    /// Bytes of memory that the server has.
    pub memory: Option<u64>,
    /// How many may be connected.
    pub connections: Option<u64>,
    /// The process that starts one for each connection, where the server is of that kind.
    pub parent_of: Option<i64>,
}

impl Session {
    /// Asks the server.
    ///
    /// # Errors
    /// What the server says.
    pub async fn footprint(&mut self) -> Result<Footprint, DbError> {
        match self.dialect() {
            Dialect::Postgres => {
                let rows = self
                    .query(
                        "SELECT CASE WHEN pg_is_in_recovery() THEN NULL \
                         ELSE pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') END::bigint, \
                         current_setting('max_connections')::bigint, pg_backend_pid()",
                    )
                    .await?;
                let number = |i| rows.first().and_then(|row| row.integer(i));
                Ok(Footprint {
                    written: number(0).and_then(|n| u64::try_from(n).ok()),
                    memory: None,
                    connections: number(1).and_then(|n| u64::try_from(n).ok()),
                    parent_of: number(2),
                })
            }
            Dialect::Mysql | Dialect::Mariadb => {
                let rows = self
                    .query(
                        "SHOW GLOBAL STATUS WHERE Variable_name IN \
                         ('Innodb_os_log_written', 'Innodb_data_written', 'Memory_used')",
                    )
                    .await?;
                let limits = self.query("SHOW VARIABLES LIKE 'max_connections'").await?;
                let log = named(&rows, "innodb_os_log_written");
                let data = named(&rows, "innodb_data_written");
                Ok(Footprint {
                    // The data that was written includes the log on some versions, never less than it.
                    written: data.max(log),
                    memory: named(&rows, "memory_used"),
                    connections: named(&limits, "max_connections"),
                    parent_of: None,
                })
            }
            Dialect::Sqlite => Ok(Footprint::default()),
        }
    }
}

fn named(rows: &[Row], name: &str) -> Option<u64> {
    let row = rows
        .iter()
        .find(|row| row.text_or_empty(0).eq_ignore_ascii_case(name))?;
    row.text_or_empty(1).parse().ok()
}
