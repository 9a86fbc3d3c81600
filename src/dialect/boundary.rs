//! What holds between revisions: whatever one of them set is put back before the next.

use std::time::Duration;

use super::lock::RunLock;
use super::{DbError, Dialect, Session, mysql, postgres, sqlite};

/// What Piton sets for a revision.
#[derive(Clone, Copy, Debug)]
pub struct RunSettings {
    /// How long a statement may wait for a lock in the server; zero: without bound.
    pub lock_timeout: Duration,
    /// How long a statement may run.
    pub statement_timeout: Option<Duration>,
    /// The commit need not be on disk when it returns, since a later one of the run will be.
    pub asynchronous: bool,
    /// SQLite: whether foreign keys are enforced while the revision runs.
    pub foreign_keys: bool,
}

/// How a session was before the first revision touched it.
#[derive(Clone, Debug)]
pub struct Baseline {
    mysql: Option<mysql::boundary::Saved>,
    sqlite: Option<sqlite::boundary::Saved>,
}

impl Session {
    /// Reads what [`Session::restore`] will put back.
    ///
    /// # Errors
    /// What the server says.
    pub async fn baseline(&mut self) -> Result<Baseline, DbError> {
        let mut baseline = Baseline {
            mysql: None,
            sqlite: None,
        };
        match self.dialect() {
            Dialect::Mysql | Dialect::Mariadb => {
                baseline.mysql = Some(mysql::boundary::save(self).await?);
            }
            Dialect::Sqlite => baseline.sqlite = Some(sqlite::boundary::save(self).await?),
            Dialect::Postgres => {}
        }
        Ok(baseline)
    }

    /// Puts the session back as it was, sets what the next revision needs, and asks whether this
    /// session still holds the lock: in one round trip where the protocol allows. `then` is run last, such
    /// as what begins a transaction; empty for nothing.
    ///
    /// # Errors
    /// What the server says.
    pub async fn restore(
        &mut self,
        baseline: &Baseline,
        settings: &RunSettings,
        lock: &RunLock,
        then: &str,
    ) -> Result<bool, DbError> {
        let dialect = self.dialect();
        let mut sql = match dialect {
            Dialect::Postgres => postgres::boundary::restore(settings),
            Dialect::Mysql | Dialect::Mariadb => {
                let saved = baseline
                    .mysql
                    .as_ref()
                    .expect("saved with the dialect's baseline");
                mysql::boundary::restore(dialect, saved, settings)
            }
            Dialect::Sqlite => {
                let saved = baseline
                    .sqlite
                    .as_ref()
                    .expect("saved with the dialect's baseline");
                sqlite::boundary::restore(saved, settings)
            }
        };
        let Some(held) = lock.held_query(dialect) else {
            sql.push_str(then);
            self.run(&sql).await?;
            return Ok(true);
        };
        sql.push_str(&held);
        if !then.is_empty() {
            sql.push_str("; ");
            sql.push_str(then);
        }
        let rows = self.query(&sql).await?;
        Ok(rows.last().is_some_and(|row| row.truth(0)))
    }

    /// What goes ahead of a revision in one message with it, where the one before has left nothing to put
    /// back: the settings, and a statement that fails where this session does not hold the lock. `None`
    /// where [`Session::restore`] must be asked first.
    pub fn settings_ahead(&self, settings: &RunSettings, lock: &RunLock) -> Option<String> {
        let held = lock.held_or_fail(self.dialect())?;
        Some(format!("{}{held}; ", postgres::boundary::set(settings)))
    }
}

impl Session {
    /// Bounds every statement from here on, until [`Session::restore`] says otherwise.
    ///
    /// # Errors
    /// What the server says.
    pub async fn bound(&mut self, timeout: Duration) -> Result<(), DbError> {
        let ms = timeout.as_millis();
        let sql = match self.dialect() {
            // Compiling a catalog query takes longer than running it.
            Dialect::Postgres => format!("SET statement_timeout = {ms}; SET jit = off"),
            Dialect::Mariadb => {
                format!("SET SESSION max_statement_time = {}", timeout.as_secs_f64())
            }
            Dialect::Mysql => format!("SET SESSION max_execution_time = {ms}"),
            // A file is read by this process itself, which can be interrupted.
            Dialect::Sqlite => return Ok(()),
        };
        self.run(&sql).await.map(drop)
    }
}

impl Dialect {
    /// What makes the session forget its temporary tables, ended by `;`; empty where they have to be found first.
    pub fn forget_temporary(self) -> &'static str {
        match self {
            Dialect::Postgres => postgres::boundary::FORGET_TEMPORARY,
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => "",
        }
    }

    /// A query for what a revision has left in the connection alone, a JSON array of kind and name each, for
    /// [`Dialect::forget`]; `None` where it cannot be asked, or need not.
    pub fn left_behind(self) -> Option<&'static str> {
        match self {
            Dialect::Sqlite => Some(sqlite::boundary::LEFT_BEHIND),
            Dialect::Postgres | Dialect::Mysql | Dialect::Mariadb => None,
        }
    }

    /// The statement that takes away what [`Dialect::left_behind`] found.
    pub fn forget(self, kind: &str, name: &str) -> String {
        let name = self.quote(name);
        match kind {
            "database" => format!("DETACH DATABASE {name}"),
            kind => format!("DROP {kind} IF EXISTS temp.{name}"),
        }
    }

    /// The statement that drops the temporary table that `sql` has made, where nobody else can find it.
    pub fn drop_temporary(self, sql: &str) -> Option<String> {
        match self {
            Dialect::Mysql | Dialect::Mariadb => mysql::boundary::temporary_table(sql)
                .map(|name| format!("DROP TEMPORARY TABLE IF EXISTS {name}")),
            Dialect::Postgres | Dialect::Sqlite => None,
        }
    }

    /// What must stand before Piton's own rows, inside the revision's transaction: a revision may have
    /// taken a role that may not write them. It ends with what [`RunSettings::asynchronous`] asks of the
    /// commit, which follows. Empty where there is nothing of the kind.
    pub fn before_own_rows(self, asynchronous: bool) -> &'static str {
        match self {
            Dialect::Postgres if asynchronous => postgres::boundary::BEFORE_OWN_ROWS_ASYNCHRONOUS,
            Dialect::Postgres => postgres::boundary::BEFORE_OWN_ROWS,
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => "",
        }
    }

    /// Whether a transaction may begin in the same round trip as the settings for it.
    pub fn begins_with_settings(self) -> bool {
        // SQLite's foreign keys are looked at in between.
        self == Dialect::Postgres
    }

    /// How a transaction for a revision begins.
    pub fn begin(self) -> &'static str {
        match self {
            Dialect::Postgres => "BEGIN",
            Dialect::Mysql | Dialect::Mariadb => "START TRANSACTION",
            // Taken for writing at once: a transaction that begins by reading cannot always wait.
            Dialect::Sqlite => "BEGIN IMMEDIATE",
        }
    }

    /// Bounds the wait for locks in the server from here on; zero: without bound.
    pub fn lock_timeout(self, timeout: Duration) -> String {
        let ms = timeout.as_millis();
        // Whole seconds are all that MySQL takes, and nothing below one.
        let seconds = match timeout.as_secs_f64().ceil() as u64 {
            0 => 31_536_000,
            seconds => seconds,
        };
        match self {
            Dialect::Postgres => format!("SET lock_timeout = {ms}"),
            Dialect::Mysql | Dialect::Mariadb => {
                format!("SET SESSION lock_wait_timeout = {seconds}")
            }
            Dialect::Sqlite => format!(
                "PRAGMA busy_timeout = {}",
                if ms == 0 {
                    i32::MAX as u128
                } else {
                    ms.min(i32::MAX as u128)
                }
            ),
        }
    }

    /// A statement whose commit waits for the disk and takes all earlier ones with it; `None` where
    /// every commit does.
    pub fn flush(self) -> Option<&'static str> {
        match self {
            Dialect::Postgres => Some(postgres::boundary::FLUSH),
            Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => None,
        }
    }

    /// Whether Piton itself looks for rows that refer to nothing, since it runs with foreign keys off.
    pub fn checks_foreign_keys(self) -> bool {
        self == Dialect::Sqlite
    }
}
