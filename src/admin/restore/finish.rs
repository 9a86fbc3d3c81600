//! After the rows: keys, indexes, foreign keys, views and triggers; where numbers go on.

use super::contents::Contents;
use super::run::Order;
use super::state::State;
use crate::admin::backup::BackupError;
use crate::dialect::ddl::{Style, script};
use crate::dialect::rows::Orphans;
use crate::dialect::{Counter, DbErrorKind, KeyToLookFor, Scope, Session, introspect};
use crate::diff::{Options, Renames, diff};
use crate::schema::{Name, Op, Schema, Table};

/// Makes the target what is wanted; returns what it still is not, a line each.
pub(super) async fn finish(
    session: &mut Session,
    contents: &Contents,
    state: &State,
    order: &Order<'_>,
) -> Result<Vec<String>, BackupError> {
    let wanted = &state.wanted;
    let dialect = session.dialect();
    let concerned: Vec<&Table> = wanted
        .tables
        .iter()
        .filter(|table| {
            let mut keys = table.foreign_keys.iter();
            let filled = state.filled.contains(&table.name);
            keys.any(|key| filled || state.filled.contains(&key.references))
        })
        .collect();
    // Where foreign keys are there all the time, the rows came without being held to them.
    if !dialect.after_rows().foreign_keys {
        no_orphans(session, &concerned).await?;
    }
    let now = there(session).await?;
    let options = Options {
        renames: Renames {
            never: true,
            ..Renames::default()
        },
        ..Options::default()
    };
    let difference = diff(&now, wanted, &options, dialect.diff_rules());
    let groups = script(dialect, &difference.ops, &now, Style::default())?;
    for group in &groups {
        let ops = &difference.ops[group.ops.clone()];
        for statement in &group.statements {
            if let Some(signal) = order.stop.requested() {
                return Err(BackupError::Stopped(signal));
            }
            let Err(error) = super::prepare::run(session, statement).await else {
                continue;
            };
            let of_keys = ops.iter().any(|op| matches!(op, Op::ForeignKey { .. }));
            if of_keys && is_constraint(&error) {
                no_orphans(session, &concerned).await?;
            }
            return Err(error);
        }
    }
    numbers(session, contents, state, &now).await?;
    let mut differs = super::rights::bring(session, contents, state, order).await?;
    let now = there(session).await?;
    let left = diff(&now, wanted, &options, dialect.diff_rules());
    differs.extend(left.ops.iter().map(Op::describe));
    Ok(differs)
}

fn is_constraint(error: &BackupError) -> bool {
    matches!(error, BackupError::Statement { source, .. } if source.kind == DbErrorKind::Constraint)
}

async fn no_orphans(session: &mut Session, tables: &[&Table]) -> Result<(), BackupError> {
    let orphans = session.check_references(tables).await?;
    if orphans.is_empty() {
        return Ok(());
    }
    let mut lines = Vec::with_capacity(orphans.len());
    for one in orphans {
        let keys = keys_of(session, &one).await;
        let rows = if one.rows == 1 { "row" } else { "rows" };
        lines.push(format!(
            "{} {rows} of {}: no {} for {}{keys}",
            one.rows,
            one.table,
            one.references,
            one.columns.join(", "),
        ));
    }
    Err(BackupError::Orphans { lines })
}

/// The keys of the first rows that refer to nothing, where they can be told: ` (id = 3; id = 7)`.
async fn keys_of(session: &mut Session, orphans: &Orphans) -> String {
    let key = KeyToLookFor {
        table: orphans.table.clone(),
        columns: orphans.columns.clone(),
        references: orphans.references.clone(),
        referenced: orphans.referenced.clone(),
    };
    let Some(found) = session.orphans(&key).await else {
        return String::new();
    };
    let keys = found.rows.iter().map(|row| {
        let cells = found.key.iter().zip(row);
        let cells = cells.map(|(name, value)| format!("{name} = {value}"));
        cells.collect::<Vec<_>>().join(", ")
    });
    format!(" ({})", keys.collect::<Vec<_>>().join("; "))
}

/// What is in the target, the note of the restore itself aside.
pub(super) async fn there(session: &mut Session) -> Result<Schema, BackupError> {
    let scope = Scope {
        exclude: vec![super::state::RESTORE_TABLE.to_owned()],
        ..Scope::default()
    };
    Ok(introspect(session, &scope).await?)
}

fn number(counter: &Counter) -> i128 {
    counter.value.parse().unwrap_or(i128::MIN)
}

/// Sets what numbers rows behind the highest number, and then to where it stood, where the backup tells.
async fn numbers(
    session: &mut Session,
    contents: &Contents,
    state: &State,
    now: &Schema,
) -> Result<(), BackupError> {
    let filled = |name: &Name| state.filled.contains(name);
    for table in now.tables.iter().filter(|table| filled(&table.name)) {
        session.settle_numbers(table).await?;
    }
    if contents.dialect.family() != session.dialect().family() {
        return Ok(());
    }
    let there = session.counters().await?;
    for counter in &contents.counters {
        let now_there = there.iter().find(|it| it.is(counter));
        // A sequence that belongs to no table may have come with one that takes its numbers from it.
        let is_new = counter.of_column.is_none()
            && now.table(&counter.name).is_none()
            && now_there.is_some_and(|it| !it.called);
        let concerned = state.whole() || counter.is_of(filled) || is_new;
        // One of a table that had no AUTOINCREMENT number yet is not among those that are there.
        let known = now_there.is_some() || now.table(&counter.name).is_some();
        // A number that a row has is never given out again, wherever the counter stood.
        let behind = now_there.is_some_and(|it| it.called && number(it) >= number(counter));
        if concerned && known && !behind {
            session.set_counter(counter).await?;
        }
    }
    Ok(())
}
