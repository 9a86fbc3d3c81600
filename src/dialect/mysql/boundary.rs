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
    /// Of [`SETTINGS`], in their order, each as it is written in a SET.
    settings: Vec<String>,
}

/// What else a revision may set that changes what the next one does. Each may be set back by every user.
const SETTINGS: [(&str, Kind); 7] = [
    ("sql_safe_updates", Kind::Number),
    ("sql_auto_is_null", Kind::Number),
    ("sql_select_limit", Kind::Number),
    ("group_concat_max_len", Kind::Number),
    ("completion_type", Kind::Word),
    ("default_storage_engine", Kind::Word),
    ("lc_time_names", Kind::Word),
];
const MARIADB: [(&str, Kind); 3] = [
    ("check_constraint_checks", Kind::Number),
    ("tx_isolation", Kind::Word),
    ("tx_read_only", Kind::Number),
];
const MYSQL: [(&str, Kind); 2] = [
    ("transaction_isolation", Kind::Word),
    ("transaction_read_only", Kind::Number),
];

#[derive(Clone, Copy)]
enum Kind {
    Number,
    Word,
}

fn settings(dialect: Dialect) -> impl Iterator<Item = &'static (&'static str, Kind)> {
    let own = match dialect {
        Dialect::Mariadb => MARIADB.as_slice(),
        _ => MYSQL.as_slice(),
    };
    SETTINGS.iter().chain(own)
}

pub(crate) async fn save(session: &mut Session) -> Result<Saved, DbError> {
    let dialect = session.dialect();
    let more: String = settings(dialect)
        .map(|(name, _)| format!(", @@SESSION.{name}"))
        .collect();
    let rows = session
        .query(&format!(
            "SELECT @@sql_mode, @@time_zone, DATABASE(), @@character_set_client, \
             @@character_set_connection, @@character_set_results, @@collation_connection{more}"
        ))
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
        settings: settings(dialect)
            .enumerate()
            .map(|(i, (name, kind))| match kind {
                Kind::Number => format!("{name} = {}", text(7 + i)),
                Kind::Word => format!("{name} = {}", dialect.literal(&text(7 + i))),
            })
            .collect(),
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
         collation_connection = {}, {}; ",
        dialect.literal(&saved.sql_mode),
        dialect.literal(&saved.time_zone),
        dialect.literal(client),
        dialect.literal(connection),
        dialect.literal(results),
        dialect.literal(&saved.collation),
        saved.settings.join(", "),
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

/// The name of the temporary table that a statement makes, as it is written there.
pub(crate) fn temporary_table(sql: &str) -> Option<&str> {
    let mut rest = after_word(sql, "CREATE")?;
    if let Some(or) = after_word(rest, "OR") {
        rest = after_word(or, "REPLACE")?;
    }
    rest = after_word(after_word(rest, "TEMPORARY")?, "TABLE")?;
    if let Some(condition) = after_word(rest, "IF") {
        rest = after_word(after_word(condition, "NOT")?, "EXISTS")?;
    }
    let mut quoted = false;
    let end = rest.find(|c: char| {
        quoted ^= c == '`';
        !quoted && (c.is_whitespace() || c == '(')
    });
    let name = &rest[..end.unwrap_or(rest.len())];
    (!name.is_empty()).then_some(name)
}

fn after_word<'a>(sql: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = sql.split_at_checked(word.len())?;
    let is_it = first.eq_ignore_ascii_case(word) && rest.starts_with(char::is_whitespace);
    is_it.then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::temporary_table;

    #[test]
    fn the_name_of_a_temporary_table_is_found() {
        let found = |sql| temporary_table(sql);
        assert_eq!(found("CREATE TEMPORARY TABLE a(id int)"), Some("a"));
        assert_eq!(
            found("create or replace temporary\n table if not exists `d`.`a b` SELECT 1"),
            Some("`d`.`a b`")
        );
        assert_eq!(found("CREATE TABLE temporary (id int)"), None);
        assert_eq!(found("CREATE TEMPORARY TABLE"), None);
    }
}
