//! What stands around a statement at which a revision stopped: its table as it is now, and whether it still runs.

use crate::dialect::ddl::create;
use crate::dialect::{Running, Scope, Session, introspect, subject};
use crate::schema::{Name, Schema};

/// What was found; what could not be asked is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// The table that the statement is about.
    pub table: Option<Name>,
    /// The statements that would make it as it is now; none where it is not there. Missing while the statement runs.
    pub now: Option<Vec<String>>,
    /// Whether a session still runs the statement. Servers run it to its end though its client is gone.
    pub running: Running,
}

/// Whether one of the statements runs; of none, as in Rust, nothing is known.
async fn running(session: &mut Session, step: &[&str]) -> Running {
    let mut running = if step.is_empty() {
        Running::Unknown
    } else {
        Running::Nobody
    };
    for sql in step {
        match session.still_running(sql).await {
            Ok(by @ Running::By(_)) => return by,
            Ok(Running::Nobody) => {}
            Ok(Running::Unknown) | Err(_) => running = Running::Unknown,
        }
    }
    running
}

/// Looks around the statements of one step, and writes nothing.
pub async fn around(session: &mut Session, step: &[&str]) -> Around {
    let mut found = Around {
        table: None,
        now: None,
        running: running(session, step).await,
    };
    let dialect = session.dialect();
    let Some(table) = step.iter().find_map(|sql| subject(dialect, sql)) else {
        return found;
    };
    // While it runs the table is in the middle of it, and on MySQL whoever asks waits until it has ended.
    if matches!(found.running, Running::By(_)) {
        found.table = Some(table);
        return found;
    }
    if let Ok(schema) = introspect(session, &Scope::default()).await {
        let is_it = |name: &Name| {
            name.name.eq_ignore_ascii_case(&table.name)
                && (name.namespace == table.namespace
                    || name.namespace.is_none()
                    || table.namespace.is_none())
        };
        let mut tables = schema.tables;
        tables.retain(|one| is_it(&one.name));
        let alone = Schema {
            tables,
            ..Schema::default()
        };
        found.now = create(dialect, &alone).ok();
    }
    found.table = Some(table);
    found
}
