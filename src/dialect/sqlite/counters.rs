//! `sqlite_sequence`: the highest number that each AUTOINCREMENT table ever gave out.

use crate::dialect::counters::{Counter, counters};
use crate::dialect::{DbError, Dialect, Session};

const THERE: &str = "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'";
const READ: &str = "SELECT NULL, name, CAST(seq AS TEXT), '1' FROM sqlite_sequence \
    WHERE typeof(seq) = 'integer' ORDER BY name";

pub(crate) async fn read(session: &mut Session) -> Result<Vec<Counter>, DbError> {
    if session.query(THERE).await?.is_empty() {
        return Ok(Vec::new());
    }
    Ok(counters(&session.query(READ).await?))
}

pub(crate) fn set(counter: &Counter) -> Vec<String> {
    let name = Dialect::Sqlite.literal(&counter.name.name);
    vec![
        format!("DELETE FROM sqlite_sequence WHERE name = {name}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {})",
            counter.value
        ),
    ]
}
