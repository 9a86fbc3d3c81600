//! Operations as SQLite's statements; what ALTER TABLE cannot do is a rebuild.

mod rebuild;
mod table;

use crate::dialect::Dialect;
use crate::dialect::ddl::{Context, DdlError, order_words, parts};
use crate::schema::{Change, Column, Index, IndexKey, Op, Place, Schema, Table, Trigger, View};

/// This dialect, for all that is quoted here.
const LITE: Dialect = Dialect::Sqlite;

pub(crate) fn statements(op: &Op, context: &Context<'_>) -> Result<Vec<String>, DdlError> {
    let missing = |feature| DdlError::NoSuchFeature {
        dialect: LITE,
        op: op.describe(),
        feature,
    };
    if needs_rebuild(op, context.before) {
        return rebuild::for_op(op, context);
    }
    Ok(match op {
        Op::Namespace(_) => return Err(missing("schemas inside a database")),
        Op::Extension(_) => return Err(missing("extensions")),
        Op::Enum(_) => return Err(missing("enum types")),
        Op::Domain(_) => return Err(missing("domains")),
        Op::Sequence(_) => return Err(missing("sequences")),
        Op::Partition { .. } => return Err(missing("partitions")),
        Op::Routine(_) => return Err(missing("stored routines")),
        Op::OtherConstraint { .. } => return Err(missing("such constraints")),
        // Nothing keeps it, and so nothing is lost.
        Op::TableComment { .. } => Vec::new(),
        Op::Table(change) => match &**change {
            Change::Add(table) => table::create(table),
            Change::Drop(table) => vec![format!("DROP TABLE {}", LITE.quote(&table.name.name))],
            Change::Alter { from, to } => rebuild::rebuild(from, to, context.before),
        },
        Op::RenameTable { from, to } => vec![format!(
            "ALTER TABLE {} RENAME TO {}",
            LITE.quote(&from.name),
            LITE.quote(&to.name)
        )],
        Op::RenameColumn { table, from, to } => vec![format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            LITE.quote(&table.name),
            LITE.quote(from),
            LITE.quote(to)
        )],
        Op::Column { table, change, .. } => {
            let head = format!("ALTER TABLE {}", LITE.quote(&table.name));
            match &**change {
                Change::Add(column) => {
                    vec![format!("{head} ADD COLUMN {}", table::definition(column))]
                }
                Change::Drop(column) => {
                    vec![format!("{head} DROP COLUMN {}", LITE.quote(&column.name))]
                }
                // What is left is nothing that SQLite keeps: a comment.
                Change::Alter { .. } => Vec::new(),
            }
        }
        Op::Index { table, change } => {
            let mut statements: Vec<String> = change.before().map(drop_index).into_iter().collect();
            statements.extend(change.after().map(|index| table::index(&table.name, index)));
            statements
        }
        Op::RenameIndex { table, from, to } => rename_index(op, table, from, to, context.before)?,
        Op::View(change) => {
            let dropped = change.before().map(drop_view);
            dropped
                .into_iter()
                .chain(change.after().map(create_view))
                .collect()
        }
        Op::Trigger(change) => {
            let dropped = change.before().map(drop_trigger);
            let made = change.after().map(|it| it.definition.clone());
            dropped.into_iter().chain(made).collect()
        }
        Op::Other(change) => {
            let dropped = change.before().map(|it| {
                format!(
                    "DROP {} {}",
                    it.kind.to_ascii_uppercase(),
                    LITE.quote(&it.name.name)
                )
            });
            let made = change.after().map(|it| it.definition.clone());
            dropped.into_iter().chain(made).collect()
        }
        Op::PrimaryKey { .. }
        | Op::Unique { .. }
        | Op::ForeignKey { .. }
        | Op::Check { .. }
        | Op::RenameConstraint { .. }
        | Op::TableOptions { .. } => return rebuild::for_op(op, context),
    })
}

fn drop_index(index: &Index) -> String {
    format!("DROP INDEX {}", LITE.quote(&index.name))
}

fn drop_view(view: &View) -> String {
    format!("DROP VIEW {}", LITE.quote(&view.name.name))
}

fn create_view(view: &View) -> String {
    let columns = match view.columns.is_empty() {
        true => String::new(),
        false => format!(" ({})", parts::names(LITE, &view.columns)),
    };
    format!(
        "CREATE VIEW {}{columns} AS\n{}",
        LITE.quote(&view.name.name),
        view.query
    )
}

fn drop_trigger(trigger: &Trigger) -> String {
    format!("DROP TRIGGER {}", LITE.quote(&trigger.name))
}

/// SQLite renames no index: it is dropped and made again.
fn rename_index(
    op: &Op,
    table: &crate::schema::Name,
    from: &str,
    to: &str,
    before: &Schema,
) -> Result<Vec<String>, DdlError> {
    let found = before
        .table(table)
        .and_then(|it| it.indexes.iter().find(|it| it.name == from));
    let Some(old) = found else {
        return Err(DdlError::Impossible {
            op: op.describe(),
            why: "there is no such index".to_owned(),
        });
    };
    let mut new = old.clone();
    to.clone_into(&mut new.name);
    Ok(vec![drop_index(old), table::index(&table.name, &new)])
}

/// Whether ALTER TABLE cannot do it (<https://www.sqlite.org/lang_altertable.html>).
pub(crate) fn needs_rebuild(op: &Op, before: &Schema) -> bool {
    match op {
        Op::PrimaryKey { .. }
        | Op::Unique { .. }
        | Op::ForeignKey { .. }
        | Op::Check { .. }
        | Op::RenameConstraint { .. }
        | Op::TableOptions { .. } => true,
        Op::Column {
            table,
            place,
            change,
        } => match &**change {
            Change::Add(column) => *place != Place::Last || !can_be_added(column),
            Change::Drop(column) => before
                .table(table)
                .is_none_or(|table| is_held(table, column, before)),
            Change::Alter { from, to } => {
                let mut like = to.clone();
                like.comment.clone_from(&from.comment);
                like != *from
            }
        },
        _ => false,
    }
}

/// A column that ADD COLUMN takes: no key, no stored expression, and a default that is the same for each row.
fn can_be_added(column: &Column) -> bool {
    let constant = column.default.as_deref().is_none_or(table::is_literal);
    let upper = column
        .default
        .as_deref()
        .unwrap_or_default()
        .to_ascii_uppercase();
    let filled = column.nullable
        || column.default.is_some() && upper != "NULL"
        || column.generated.is_some();
    constant
        && filled
        && !upper.starts_with("CURRENT_")
        && column.identity.is_none()
        && column.generated.as_ref().is_none_or(|it| !it.stored)
}

/// Whether something in the schema holds on to the column, so that DROP COLUMN would be refused.
fn is_held(table: &Table, column: &Column, before: &Schema) -> bool {
    let name = &column.name;
    let says = |text: &str| {
        order_words(text).contains(name) || order_words(text).contains(&name.to_lowercase())
    };
    let key = |key: &IndexKey| match key {
        IndexKey::Column(it) => it == name,
        IndexKey::Expression(text) => says(text),
    };
    let primary = table.primary_key.iter().flat_map(|it| &it.columns);
    let uniques = table.uniques.iter().flat_map(|it| &it.columns);
    let indexes = table.indexes.iter().flat_map(|it| &it.parts);
    primary
        .chain(uniques)
        .chain(indexes)
        .any(|part| key(&part.key))
        || table
            .indexes
            .iter()
            .filter_map(|it| it.predicate.as_deref())
            .any(says)
        || table
            .foreign_keys
            .iter()
            .any(|it| it.columns.contains(name))
        || table.checks.iter().any(|it| says(&it.expression))
        || table
            .columns
            .iter()
            .filter_map(|it| it.generated.as_ref())
            .any(|it| says(&it.expression))
        || before.triggers.iter().any(|it| says(&it.definition))
        || before.views.iter().any(|it| it.reads.contains(&table.name))
}
