//! What MySQL and MariaDB count: the one in its performance schema, the other in its user statistics.

use crate::dialect::postgres::usage::heavy;
use crate::dialect::usage::{IndexUsage, TableUsage, Usage};
use crate::dialect::{DbError, Row, Session};
use crate::schema::Name;

const TABLES: &str = "SELECT TABLE_NAME, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH, DATA_FREE, DATA_LENGTH \
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'";

const READS: &str = "SELECT OBJECT_NAME, INDEX_NAME, COUNT_FETCH FROM \
     performance_schema.table_io_waits_summary_by_index_usage \
     WHERE OBJECT_SCHEMA = DATABASE() AND INDEX_NAME IS NOT NULL";

/// An index that was never read has no row there.
const READS_MARIADB: &str = "SELECT i.TABLE_NAME, i.INDEX_NAME, coalesce(max(s.ROWS_READ), 0) \
     FROM information_schema.STATISTICS i LEFT JOIN information_schema.INDEX_STATISTICS s \
     ON s.TABLE_SCHEMA = i.TABLE_SCHEMA AND s.TABLE_NAME = i.TABLE_NAME AND s.INDEX_NAME = i.INDEX_NAME \
     WHERE i.TABLE_SCHEMA = DATABASE() GROUP BY i.TABLE_NAME, i.INDEX_NAME";

const SIZES: &str = "SELECT table_name, index_name, stat_value * @@innodb_page_size \
     FROM mysql.innodb_index_stats WHERE database_name = DATABASE() AND stat_name = 'size'";

const HEAVIEST: &str = "SELECT DIGEST_TEXT, COUNT_STAR, SUM_TIMER_WAIT / 1000000000, AVG_TIMER_WAIT / 1000000000 \
     FROM performance_schema.events_statements_summary_by_digest WHERE SCHEMA_NAME = DATABASE() \
     AND DIGEST_TEXT REGEXP '^[ (]*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|VALUES|LOAD|CALL) ' \
     AND lower(DIGEST_TEXT) NOT REGEXP '(information_schema|performance_schema|innodb_index_stats)' ORDER BY SUM_TIMER_WAIT DESC LIMIT 5";

pub(crate) async fn read(session: &mut Session, is_mariadb: bool) -> Result<Usage, DbError> {
    let mut usage = Usage::default();
    let number = |row: &Row, i| {
        let text = row.text(i)?;
        text.split('.').next()?.parse::<u64>().ok()
    };
    for row in session.query(TABLES).await? {
        let (free, data) = (number(&row, 3), number(&row, 4));
        usage.tables.push(TableUsage {
            table: Name::new(row.text_or_empty(0)),
            rows: number(&row, 1),
            bytes: number(&row, 2),
            // InnoDB keeps some free room in every table.
            dead_percent: free
                .zip(data)
                .filter(|(free, _)| *free >= 16 << 20)
                .map(|(free, data)| free * 100 / (free + data).max(1)),
            unanalysed: false,
        });
    }
    let counts = session
        .query("SELECT @@performance_schema, (SELECT VARIABLE_VALUE FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_NAME = 'USERSTAT')")
        .await;
    let on = |value: Option<&str>| matches!(value, Some("1" | "ON"));
    let counts = counts.unwrap_or_default();
    let has_schema = match counts.first() {
        Some(row) => on(row.text(0)),
        // MySQL has no such view.
        None => session
            .query("SELECT @@performance_schema")
            .await?
            .first()
            .is_some_and(|row| on(row.text(0))),
    };
    let has_users = counts.first().is_some_and(|row| on(row.text(1)));
    let reads = match (is_mariadb, has_schema, has_users) {
        (true, _, true) => Some(READS_MARIADB),
        (_, true, _) => Some(READS),
        _ => None,
    };
    match reads {
        None => usage.unknown.push(match is_mariadb {
            true => "which indexes are used: the server does not count it (userstat=ON)".to_owned(),
            false => "which indexes are used: the server does not count it (performance_schema=ON)"
                .to_owned(),
        }),
        Some(sql) => match session.query(sql).await {
            Ok(rows) => {
                usage.since = Some("the server was started".to_owned());
                for row in rows {
                    usage.indexes.push(IndexUsage {
                        table: Name::new(row.text_or_empty(0)),
                        index: row.text_or_empty(1).to_owned(),
                        reads: number(&row, 2),
                        bytes: None,
                    });
                }
            }
            Err(error) => usage
                .unknown
                .push(format!("which indexes are used: {}", error.message)),
        },
    }
    match session.query(SIZES).await {
        Ok(rows) => {
            for row in rows {
                let (table, index) = (Name::new(row.text_or_empty(0)), row.text_or_empty(1));
                let bytes = number(&row, 2);
                let known = usage
                    .indexes
                    .iter_mut()
                    .find(|it| it.table == table && it.index == index);
                match known {
                    Some(known) => known.bytes = bytes,
                    None => usage.indexes.push(IndexUsage {
                        table,
                        index: index.to_owned(),
                        reads: None,
                        bytes,
                    }),
                }
            }
        }
        Err(error) => usage
            .unknown
            .push(format!("how large indexes are: {}", error.message)),
    }
    if has_schema {
        match session.query(HEAVIEST).await {
            Ok(rows) => usage.statements = rows.iter().map(heavy).collect(),
            Err(error) => usage
                .unknown
                .push(format!("the heaviest statements: {}", error.message)),
        }
    } else {
        usage.unknown.push(
            "the heaviest statements: the server does not count them (performance_schema=ON)"
                .to_owned(),
        );
    }
    Ok(usage)
}
