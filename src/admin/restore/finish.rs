//! After the rows: keys, indexes, foreign keys, views and triggers; where numbers go on.

use super::contents::Contents;
use super::run::Order;
use super::state::State;
use crate::admin::backup::BackupError;
use crate::dialect::ddl::{Style, script};
use crate::dialect::rows::Orphans;
use crate::dialect::{Counter, DbErrorKind, Scope, Session, introspect};
use crate::diff::{Options, Renames, diff};
use crate::schema::{Identity, IndexKey, Name, Op, Schema, Table};

/// How many rows are named of those that refer to nothing.
const NAMED: usize = 5;

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
    let now = there(session).await?;
    let left = diff(&now, wanted, &options, dialect.diff_rules());
    Ok(left.ops.iter().map(Op::describe).collect())
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
        let table = tables.iter().find(|table| table.name == one.table);
        let keys = match table {
            Some(table) => keys_of(session, table, &one).await?,
            None => String::new(),
        };
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

/// The primary keys of the first rows that refer to nothing: `(id = 3; id = 7)`.
async fn keys_of(
    session: &mut Session,
    table: &Table,
    orphans: &Orphans,
) -> Result<String, BackupError> {
    let dialect = session.dialect();
    let names: Vec<&str> = table
        .primary_key
        .iter()
        .flat_map(|key| &key.columns)
        .filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.as_str()),
            IndexKey::Expression(_) => None,
        })
        .collect();
    let key = table
        .foreign_keys
        .iter()
        .find(|key| key.columns == orphans.columns && key.references == orphans.references);
    let (Some(key), false) = (key, names.is_empty()) else {
        return Ok(String::new());
    };
    let pairs = key.columns.iter().zip(&key.referenced_columns);
    let (set, equal): (Vec<_>, Vec<_>) = pairs
        .map(|(one, other)| (dialect.quote(one), dialect.quote(other)))
        .map(|(one, other)| {
            (
                format!("c.{one} IS NOT NULL"),
                format!("p.{other} = c.{one}"),
            )
        })
        .unzip();
    let columns: Vec<String> = names
        .iter()
        .map(|name| format!("c.{}", dialect.quote(name)))
        .collect();
    let columns = columns.join(", ");
    let sql = format!(
        "SELECT {columns} FROM {} AS c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS p WHERE {}) \
         ORDER BY {columns} LIMIT {NAMED}",
        dialect.quote_name(&table.name),
        set.join(" AND "),
        dialect.quote_name(&key.references),
        equal.join(" AND "),
    );
    let rows = session.query(&sql).await?;
    let shown: Vec<String> = rows
        .iter()
        .map(|row| {
            let cells = names.iter().enumerate();
            let cells = cells.map(|(at, name)| format!("{name} = {}", row.text_or_empty(at)));
            cells.collect::<Vec<_>>().join(", ")
        })
        .collect();
    Ok(format!(" ({})", shown.join("; ")))
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
    let sequences: Vec<&Name> = now
        .tables
        .iter()
        .filter(|table| filled(&table.name))
        .flat_map(|table| &table.columns)
        .filter_map(|column| match &column.identity {
            Some(Identity::Serial { sequence }) => Some(sequence),
            _ => None,
        })
        .collect();
    let there = session.counters().await?;
    for counter in &contents.counters {
        let concerned = state.whole || filled(&counter.name) || sequences.contains(&&counter.name);
        let now_there = there.iter().find(|it| it.name == counter.name);
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
