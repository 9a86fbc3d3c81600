//! Operations as MySQL's and MariaDB's statements.

mod code;
mod table;

use crate::dialect::Dialect;
use crate::dialect::ddl::{Context, DdlError, parts};
use crate::schema::{Change, Column, Identity, Op, Schema};

pub(crate) fn statements(
    dialect: Dialect,
    op: &Op,
    context: &Context<'_>,
) -> Result<Vec<String>, DdlError> {
    let quote = |name: &str| dialect.quote(name);
    let missing = |feature| DdlError::NoSuchFeature {
        dialect,
        op: op.describe(),
        feature,
    };
    Ok(match op {
        Op::Namespace(_) => return Err(missing("schemas inside a database")),
        Op::Extension(_) => return Err(missing("extensions")),
        Op::Enum(_) | Op::RenameEnumValue { .. } => return Err(missing("enum types of their own")),
        Op::Domain(_) => return Err(missing("domains")),
        Op::OtherConstraint { .. } => return Err(missing("such constraints")),
        Op::Sequence(_) if dialect == Dialect::Mysql => return Err(missing("sequences")),
        Op::Partition { .. } => return Err(missing("tables that are partitions")),
        Op::Sequence(change) => code::sequence(dialect, change),
        Op::Table(change) => match &**change {
            Change::Add(table) => table::create(dialect, table),
            Change::Drop(table) => vec![format!("DROP TABLE {}", quote(&table.name.name))],
            Change::Alter { .. } => {
                return Err(DdlError::Impossible {
                    op: op.describe(),
                    why: format!("{} changes a table piece by piece", dialect.title()),
                });
            }
        },
        Op::RenameTable { from, to } => {
            vec![format!(
                "RENAME TABLE {} TO {}",
                quote(&from.name),
                quote(&to.name)
            )]
        }
        Op::RenameColumn { table, from, to } => vec![format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            quote(&table.name),
            quote(from),
            quote(to)
        )],
        Op::RenameConstraint { .. } => {
            return Err(DdlError::Impossible {
                op: op.describe(),
                why: format!(
                    "{} cannot rename a constraint: drop it and add it",
                    dialect.title()
                ),
            });
        }
        Op::View(change) => code::view(dialect, change),
        Op::Routine(change) => code::routine(dialect, change),
        Op::Trigger(change) => code::trigger(dialect, change),
        Op::Other(change) => code::other(dialect, change),
        _ => {
            let table = op.table().cloned().unwrap_or_default();
            let clauses = table::clauses(dialect, op, context.before)?;
            parts::alter(&format!("ALTER TABLE {}", quote(&table.name)), &clauses)
        }
    })
}

/// One ALTER TABLE for changes that only work at once: a column that numbers itself and its key.
///
/// `None` where the changes of `group` do not hang together so.
pub(crate) fn together(dialect: Dialect, group: &[Op], schema: &Schema) -> Option<Vec<String>> {
    let numbers = |column: Option<&Column>| {
        column.is_some_and(|it| it.identity == Some(Identity::AutoIncrement))
    };
    let touches_number = group.iter().any(|op| match op {
        Op::Column { change, .. } => numbers(change.before()) || numbers(change.after()),
        _ => false,
    });
    let touches_key = group
        .iter()
        .any(|op| matches!(op, Op::PrimaryKey { .. } | Op::Index { .. }));
    let name = group.first()?.table()?;
    let numbered = schema
        .table(name)
        .is_some_and(|it| it.columns.iter().any(|it| numbers(Some(it))));
    let replaces_key = numbered
        && group
            .iter()
            .filter(|op| matches!(op, Op::PrimaryKey { .. }))
            .count()
            > 1;
    if !(touches_number && touches_key || replaces_key) {
        return None;
    }
    let mut after = schema.clone();
    let mut clauses = Vec::new();
    for op in group {
        if matches!(
            op,
            Op::ForeignKey { .. } | Op::TableOptions { .. } | Op::TableComment { .. }
        ) {
            return None;
        }
        clauses.extend(table::clauses(dialect, op, &after).ok()?);
        op.apply(&mut after).ok()?;
    }
    Some(parts::alter(
        &format!("ALTER TABLE {}", dialect.quote(&name.name)),
        &clauses,
    ))
}
