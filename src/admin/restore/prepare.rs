//! Before the rows come: what stands in their way goes, the tables are emptied, made, or given their old shape.

use super::run::Order;
use super::state::State;
use crate::admin::backup::{BackupError, bare};
use crate::dialect::Session;
use crate::dialect::ddl::{Style, script};
use crate::diff::{Options, Renames, diff};
use crate::schema::{Name, Schema};

/// Brings the target to where rows can come.
pub(super) async fn prepare(
    session: &mut Session,
    now: &Schema,
    state: &State,
    order: &Order<'_>,
) -> Result<(), BackupError> {
    let dialect = session.dialect();
    let loose = loosened(now, state, dialect.after_rows().foreign_keys);
    apply(session, now, &loose, order).await?;
    let there: Vec<&Name> = loose
        .tables
        .iter()
        .map(|table| &table.name)
        .filter(|name| state.filled.contains(name))
        .collect();
    for statement in dialect.empty_tables(&there) {
        run(session, &statement).await?;
    }
    let bare = bare(dialect, &state.wanted, &loose, &state.filled);
    apply(session, &loose, &bare, order).await
}

/// What is there, without what would hold back rows or hang on to them.
fn loosened(now: &Schema, state: &State, foreign_keys: bool) -> Schema {
    let filled = &state.filled;
    let mut loose = now.clone();
    if foreign_keys {
        for table in &mut loose.tables {
            let is_filled = filled.contains(&table.name);
            table
                .foreign_keys
                .retain(|key| !is_filled && !filled.contains(&key.references));
        }
    }
    loose.triggers.retain(|it| !filled.contains(&it.table));
    loose
}

/// Makes of one schema the other: in one transaction, where the database can.
pub(super) async fn apply(
    session: &mut Session,
    from: &Schema,
    to: &Schema,
    order: &Order<'_>,
) -> Result<(), BackupError> {
    let dialect = session.dialect();
    let options = Options {
        renames: Renames {
            never: true,
            ..Renames::default()
        },
        ..Options::default()
    };
    let difference = diff(from, to, &options, dialect.diff_rules());
    if difference.ops.is_empty() {
        return Ok(());
    }
    let groups = script(dialect, &difference.ops, from, Style::default())?;
    let at_once = dialect.transactional_ddl() && difference.splits.is_empty();
    if at_once {
        session.run(dialect.begin()).await?;
    }
    for statement in groups.iter().flat_map(|group| &group.statements) {
        let result = match order.stop.requested() {
            Some(signal) => Err(BackupError::Stopped(signal)),
            None => run(session, statement).await,
        };
        if let Err(error) = result {
            if at_once {
                // Where this fails the connection is gone, and the transaction with it.
                drop(session.run("ROLLBACK").await);
            }
            return Err(error);
        }
    }
    if at_once {
        session.run("COMMIT").await?;
    }
    Ok(())
}

/// Runs a statement of the schema; where it fails it is told.
pub(super) async fn run(session: &mut Session, statement: &str) -> Result<(), BackupError> {
    let result = session.run(statement).await;
    result.map(drop).map_err(|source| BackupError::Statement {
        statement: statement.to_owned(),
        source,
    })
}
