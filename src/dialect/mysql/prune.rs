//! Old rows in MySQL and MariaDB. A DELETE reads those who refer with locks, so that none comes meanwhile.

use crate::dialect::prune::{Batch, Wanted};
use crate::dialect::{DbError, Session};

pub(crate) const PATIENCE: &str =
    "SET SESSION innodb_lock_wait_timeout = 3, SESSION lock_wait_timeout = 3";

pub(crate) fn cutoff(months: u32, seconds: u64) -> String {
    format!(
        "SELECT date_format(utc_timestamp(6) - INTERVAL {months} MONTH - INTERVAL {seconds} SECOND, \
         '%Y-%m-%d %H:%i:%s.%f')"
    )
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
