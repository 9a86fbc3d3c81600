//! Connection state between revisions.
//!
//! Foreign keys are off unless a section asks otherwise: with them on, the rebuild of a parent table
//! deletes every row that refers to it, and inside a transaction the pragma does nothing.

use crate::dialect::boundary::RunSettings;
use crate::dialect::{DbError, Session};

#[derive(Clone, Debug)]
pub(crate) struct Saved {
    synchronous: i64,
}

pub(crate) async fn save(session: &mut Session) -> Result<Saved, DbError> {
    let rows = session.query("PRAGMA synchronous").await?;
    // Whether each commit waits for the disk: 2, all of it, is what SQLite itself begins with.
    let synchronous = rows.first().and_then(|row| row.integer(0)).unwrap_or(2);
    Ok(Saved { synchronous })
}

pub(crate) fn restore(saved: &Saved, settings: &RunSettings) -> String {
    format!(
        "PRAGMA foreign_keys = {}; PRAGMA legacy_alter_table = OFF; PRAGMA busy_timeout = {}; \
         PRAGMA ignore_check_constraints = OFF; PRAGMA query_only = OFF; PRAGMA writable_schema = OFF; \
         PRAGMA recursive_triggers = OFF; PRAGMA reverse_unordered_selects = OFF; PRAGMA synchronous = {};",
        if settings.foreign_keys { "ON" } else { "OFF" },
        match settings.lock_timeout.as_millis() {
            0 => i32::MAX as u128,
            ms => ms.min(i32::MAX as u128),
        },
        saved.synchronous,
    )
}

/// What a revision has left in the connection alone: kind and name, as a JSON array.
pub(crate) const LEFT_BEHIND: &str = "SELECT json_array(type, name) FROM temp.sqlite_master \
     WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
     UNION ALL SELECT json_array('database', name) FROM pragma_database_list WHERE name NOT IN ('main', 'temp')";
