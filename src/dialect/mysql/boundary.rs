//! Session state between revisions. COM_RESET_CONNECTION would free the lock, so each is put back.

use crate::dialect::boundary::RunSettings;
use crate::dialect::{DbError, Dialect, Session};

#[derive(Clone, Debug)]
pub(crate) struct Saved {
    sql_mode: String,
    time_zone: String,
    database: Option<String>,
    /// Client, connection and results; a revision may have come out of a dump that sets them.
    character_sets: [String; 3],
    collation: String,
}

pub(crate) async fn save(session: &mut Session) -> Result<Saved, DbError> {
    let rows = session
        .query(
            "SELECT @@sql_mode, @@time_zone, DATABASE(), @@character_set_client, \
             @@character_set_connection, @@character_set_results, @@collation_connection",
        )
        .await?;
    let text = |i| {
        rows.first()
            .map(|row| row.text_or_empty(i).to_owned())
            .unwrap_or_default()
    };
    Ok(Saved {
        sql_mode: text(0),
        time_zone: text(1),
        database: rows.first().and_then(|row| row.text(2)).map(str::to_owned),
        character_sets: [text(3), text(4), text(5)],
        collation: text(6),
    })
}

pub(crate) fn restore(dialect: Dialect, saved: &Saved, settings: &RunSettings) -> String {
    // Whole seconds are all that these take, and nothing below one.
    let lock_s = match settings.lock_timeout.as_secs_f64().ceil() as u64 {
        0 => 31_536_000,
        seconds => seconds,
    };
    let [client, connection, results] = &saved.character_sets;
    let mut sql = format!(
        "UNLOCK TABLES; SET SESSION sql_mode = {}, time_zone = {}, foreign_key_checks = 1, unique_checks = 1, \
         autocommit = 1, lock_wait_timeout = {lock_s}, innodb_lock_wait_timeout = {lock_s}, \
         character_set_client = {}, character_set_connection = {}, character_set_results = {}, \
         collation_connection = {}; ",
        dialect.literal(&saved.sql_mode),
        dialect.literal(&saved.time_zone),
        dialect.literal(client),
        dialect.literal(connection),
        dialect.literal(results),
        dialect.literal(&saved.collation),
    );
    if dialect == Dialect::Mariadb {
        let seconds = settings
            .statement_timeout
            .map_or(0.0, |timeout| timeout.as_secs_f64());
        sql.push_str(&format!("SET SESSION max_statement_time = {seconds}; "));
    }
    if dialect == Dialect::Mysql {
        // It bounds SELECT alone; what changes something is bounded by the run itself.
        sql.push_str("SET SESSION max_execution_time = 0; ");
    }
    if let Some(database) = &saved.database {
        sql.push_str(&format!("USE {}; ", dialect.quote(database)));
    }
    sql
}
