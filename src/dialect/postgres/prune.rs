//! Old rows in PostgreSQL: those that somebody else has locked are left for later.

use crate::dialect::prune::{Batch, Wanted};
use crate::dialect::{DbError, Dialect, Row, Session};

pub(crate) const PATIENCE: &str = "SET lock_timeout = '3s'";

pub(crate) fn cutoff(months: u32, seconds: u64) -> String {
    format!(
        "SELECT to_char((now() - make_interval(months => {months}, secs => {seconds})) AT TIME ZONE 'UTC', \
         'YYYY-MM-DD HH24:MI:SS.US') || '+00'"
    )
}

/// The rows are locked first and looked at again after that: whoever wants to refer to one waits for the lock,
/// so nothing that came meanwhile is taken along by a foreign key.
pub(crate) async fn remove(session: &mut Session, wanted: &Wanted) -> Result<Batch, DbError> {
    session.run("BEGIN").await?;
    let result = removed(session, wanted).await;
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = session.run(end).await;
    let batch = result?;
    ended?;
    Ok(batch)
}

async fn removed(session: &mut Session, wanted: &Wanted) -> Result<Batch, DbError> {
    let Wanted {
        table,
        column,
        condition,
        size,
        ..
    } = wanted;
    // A row's address alone is not enough where a table is in parts.
    let key = match wanted.key.as_slice() {
        [] => "tableoid, ctid".to_owned(),
        key => key.join(", "),
    };
    let rows = session
        .query(&format!(
            "SELECT {key} FROM {table} WHERE {condition} ORDER BY {column} LIMIT {size} FOR UPDATE SKIP LOCKED"
        ))
        .await?;
    if rows.is_empty() {
        return Ok(Batch {
            seen: 0,
            removed: 0,
        });
    }
    let tuple = |row: &Row| {
        let cells: Vec<String> = (0..row.len())
            .map(|i| Dialect::Postgres.literal_or_null(row.text(i)))
            .collect();
        format!("({})", cells.join(", "))
    };
    let keys: Vec<String> = rows.iter().map(tuple).collect();
    let removed = session
        .run(&format!(
            "DELETE FROM {table} WHERE ({key}) IN ({}){}",
            keys.join(", "),
            wanted.still
        ))
        .await?;
    Ok(Batch {
        seen: rows.len() as u64,
        removed,
    })
}
