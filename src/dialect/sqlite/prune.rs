//! Old rows in SQLite, which has one writer at a time.

use crate::dialect::prune::{Batch, Wanted};
use crate::dialect::{DbError, Session};

pub(crate) fn cutoff(months: u32, seconds: u64) -> String {
    // `floor`: three months before the 31st of May is the 28th of February, as on the servers.
    format!(
        "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now', '-{months} months', 'floor', '-{seconds} seconds')"
    )
}

pub(crate) async fn remove(session: &mut Session, wanted: &Wanted) -> Result<Batch, DbError> {
    let selected = match wanted.key.as_slice() {
        [] => "rowid".to_owned(),
        key => key.join(", "),
    };
    let key = match wanted.key.len() {
        0 | 1 => selected.clone(),
        _ => format!("({selected})"),
    };
    let removed = session
        .run(&format!(
            "DELETE FROM {table} WHERE {key} IN (SELECT {selected} FROM {table} WHERE {} ORDER BY {} LIMIT {})",
            wanted.condition,
            wanted.column,
            wanted.size,
            table = wanted.table,
        ))
        .await?;
    Ok(Batch {
        seen: removed,
        removed,
    })
}
