//! Whether what a session says goes over the network encrypted.

use super::{DbError, Dialect, Session};

impl Session {
    /// The version of TLS that the connection has, such as `TLSv1.3`; `None` where it is in plain.
    ///
    /// # Errors
    /// What the server says.
    pub async fn encryption(&mut self) -> Result<Option<String>, DbError> {
        let (sql, column) = match self.dialect() {
            Dialect::Postgres => (
                "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl",
                0,
            ),
            Dialect::Mysql | Dialect::Mariadb => ("SHOW SESSION STATUS LIKE 'Ssl_version'", 1),
            Dialect::Sqlite => return Ok(None),
        };
        let rows = self.query(sql).await?;
        let version = rows.first().map(|row| row.text_or_empty(column).to_owned());
        Ok(version.filter(|version| !version.is_empty()))
    }
}
