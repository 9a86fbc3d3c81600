//! The history table and the journal on MySQL and MariaDB.

use crate::dialect::record::{HISTORY_TABLE, JOURNAL_TABLE, RecordSyntax, Surroundings};
use crate::dialect::{DbError, Session};
use crate::schema::Name;

pub(crate) const SYNTAX: RecordSyntax = RecordSyntax {
    history_columns: "`version` varchar(255) NOT NULL PRIMARY KEY, `applied_at` bigint NOT NULL",
    journal_columns: "id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, \
        revision varchar(255) NOT NULL, action varchar(20) NOT NULL, state varchar(20) NOT NULL, \
        statement int NOT NULL, statements int NOT NULL, checksum char(64), \
        started_at datetime(6) NOT NULL, finished_at datetime(6), \
        db_user varchar(255), os_user varchar(255), host varchar(255), \
        tool_version varchar(50) NOT NULL, error text",
    item_columns: "item varchar(500) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, \
        value longtext CHARACTER SET utf8mb4",
    now: "UTC_TIMESTAMP(6)",
    before_now: "UTC_TIMESTAMP(6) - INTERVAL {ms} * 1000 MICROSECOND",
    begun: None,
    epoch: "UNIX_TIMESTAMP()",
    iso: "date_format({column}, '%Y-%m-%dT%H:%i:%s.%fZ')",
    user: "current_user()",
};

pub(crate) const SURROUNDINGS: &str = "\
    SELECT coalesce(DATABASE(), ''), DATABASE(), \
    EXISTS (SELECT 1 FROM information_schema.TABLES \
            WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'seaql_migrations'), \
    EXISTS (SELECT 1 FROM information_schema.TABLES \
            WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'piton_journal')";

pub(crate) const TABLES: &str = "\
    SELECT NULL, TABLE_NAME FROM information_schema.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE NOT LIKE '%VIEW' ORDER BY TABLE_NAME";

/// MySQL's catalog hides a table from who may not read it. Whether one that it does not list is there is asked of
/// the table itself, or a history that is hidden would be taken for none.
///
/// # Errors
/// That the user may not read it.
pub(crate) async fn not_hidden(session: &mut Session, found: &Surroundings) -> Result<(), DbError> {
    const NO_SUCH_TABLE: &str = "1146";
    if found.namespace.is_none() {
        return Ok(());
    }
    for (listed, table) in [
        (found.has_history, HISTORY_TABLE),
        (found.has_journal, JOURNAL_TABLE),
    ] {
        if listed {
            continue;
        }
        let name = Name::within(&found.database, table);
        let sql = format!(
            "SELECT 1 FROM {} LIMIT 0",
            session.dialect().quote_name(&name)
        );
        match session.query(&sql).await {
            Err(error) if error.code.as_deref() != Some(NO_SUCH_TABLE) => return Err(error),
            _ => {}
        }
    }
    Ok(())
}
