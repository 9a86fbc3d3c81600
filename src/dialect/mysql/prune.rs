//! Old rows in MySQL and MariaDB. A DELETE reads those who refer with locks, so that none comes meanwhile.

use crate::dialect::prune::{Batch, Referrer, Wanted};
use crate::dialect::{DbError, Session};
use crate::schema::Name;

pub(crate) const PATIENCE: &str =
    "SET SESSION innodb_lock_wait_timeout = 3, SESSION lock_wait_timeout = 3";

pub(crate) fn cutoff(months: u32, seconds: u64) -> String {
    format!(
        "SELECT date_format(utc_timestamp(6) - INTERVAL {months} MONTH - INTERVAL {seconds} SECOND, \
         '%Y-%m-%d %H:%i:%s.%f')"
    )
}

/// A key's columns come one a row, in their order.
pub(crate) async fn referrers_elsewhere(
    session: &mut Session,
) -> Result<Vec<(Name, Referrer)>, DbError> {
    let rows = session
        .query(
            "SELECT table_schema, table_name, constraint_name, column_name, \
             referenced_table_name, referenced_column_name \
             FROM information_schema.key_column_usage \
             WHERE referenced_table_schema = DATABASE() AND table_schema <> DATABASE() \
             ORDER BY table_schema, table_name, constraint_name, ordinal_position",
        )
        .await?;
    let mut found: Vec<(String, Name, Referrer)> = Vec::new();
    for row in &rows {
        let text = |i| row.text_or_empty(i).to_owned();
        let table = Name {
            namespace: Some(text(0)),
            name: text(1),
        };
        let (constraint, column, referenced) = (text(2), text(3), text(5));
        match found.last_mut() {
            Some((last, _, referrer)) if *last == constraint && referrer.table == table => {
                referrer.columns.push(column);
                referrer.referenced.push(referenced);
            }
            _ => found.push((
                constraint,
                Name::new(text(4)),
                Referrer {
                    table,
                    columns: vec![column],
                    referenced: vec![referenced],
                },
            )),
        }
    }
    Ok(found.into_iter().map(|(_, to, from)| (to, from)).collect())
}

pub(crate) async fn remove(session: &mut Session, wanted: &Wanted) -> Result<Batch, DbError> {
    let mut order = vec![wanted.column.clone()];
    order.extend(wanted.key.iter().cloned());
    let removed = session
        .run(&format!(
            "DELETE FROM {} WHERE {} ORDER BY {} LIMIT {}",
            wanted.table,
            wanted.condition,
            order.join(", "),
            wanted.size
        ))
        .await?;
    Ok(Batch {
        seen: removed,
        removed,
    })
}
