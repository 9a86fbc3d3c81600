//! What is left when the entities have said all that they can.

use crate::dialect::Dialect;
use crate::dialect::ddl::creation;
use crate::schema::{Change, Op, Place, Schema, Table};

/// The operations from what the entities ask for to the schema itself, in an order that runs.
pub(super) fn rest(dialect: Dialect, desired: &Schema, schema: &Schema) -> Vec<Op> {
    let mut missing = schema.clone();
    missing
        .tables
        .retain(|table| desired.table(&table.name).is_none());
    missing
        .enums
        .retain(|kind| desired.enums.iter().all(|known| known.name != kind.name));
    let mut ops = creation(dialect, &missing);
    let mut changes = Vec::new();
    for kind in &schema.enums {
        if let Some(known) = desired.enums.iter().find(|known| known.name == kind.name)
            && known != kind
        {
            changes.push(Op::Enum(Change::Alter {
                from: known.clone(),
                to: kind.clone(),
            }));
        }
    }
    for table in &schema.tables {
        if let Some(known) = desired.table(&table.name) {
            changes.extend(of_table(known, table));
        }
    }
    // Before what reads tables: views, code, triggers.
    let foundation = |op: &Op| match op {
        Op::Other(change) => matches!(change.subject().kind.as_str(), "type" | "collation"),
        Op::View(_) | Op::Routine(_) | Op::Trigger(_) => false,
        _ => true,
    };
    let at = ops.iter().rposition(foundation).map_or(0, |last| last + 1);
    ops.splice(at..at, changes);
    ops
}

fn of_table(from: &Table, to: &Table) -> Vec<Op> {
    let name = &to.name;
    let table = || name.clone();
    let mut drops = Vec::new();
    let mut adds = Vec::new();
    for key in gone(&from.foreign_keys, &to.foreign_keys) {
        let change = Change::Drop(key);
        drops.push(Op::ForeignKey {
            table: table(),
            change,
        });
    }
    for key in gone(&to.foreign_keys, &from.foreign_keys) {
        let change = Change::Add(key);
        adds.push(Op::ForeignKey {
            table: table(),
            change,
        });
    }
    for check in gone(&from.checks, &to.checks) {
        let change = Change::Drop(check);
        drops.push(Op::Check {
            table: table(),
            change,
        });
    }
    for unique in gone(&from.uniques, &to.uniques) {
        let change = Change::Drop(unique);
        drops.push(Op::Unique {
            table: table(),
            change,
        });
    }
    for index in gone(&from.indexes, &to.indexes) {
        let change = Change::Drop(index);
        drops.push(Op::Index {
            table: table(),
            change,
        });
    }
    let mut changes = drops;
    for column in &to.columns {
        if let Some(known) = from.column(&column.name)
            && known != column
        {
            changes.push(Op::Column {
                table: table(),
                place: Place::Last,
                change: Box::new(Change::Alter {
                    from: known.clone(),
                    to: column.clone(),
                }),
            });
        }
    }
    changes.extend(of_primary_key(from, to));
    for unique in gone(&to.uniques, &from.uniques) {
        let change = Change::Add(unique);
        changes.push(Op::Unique {
            table: table(),
            change,
        });
    }
    for index in gone(&to.indexes, &from.indexes) {
        let change = Change::Add(index);
        changes.push(Op::Index {
            table: table(),
            change,
        });
    }
    for check in gone(&to.checks, &from.checks) {
        let change = Change::Add(check);
        changes.push(Op::Check {
            table: table(),
            change,
        });
    }
    for constraint in gone(&to.other_constraints, &from.other_constraints) {
        let change = Change::Add(constraint);
        changes.push(Op::OtherConstraint {
            table: table(),
            change,
        });
    }
    changes.extend(adds);
    if from.options != to.options {
        changes.push(Op::TableOptions {
            table: table(),
            from: from.options.clone(),
            to: to.options.clone(),
        });
    }
    if from.comment != to.comment {
        changes.push(Op::TableComment {
            table: table(),
            from: from.comment.clone(),
            to: to.comment.clone(),
        });
    }
    changes
}

fn of_primary_key(from: &Table, to: &Table) -> Option<Op> {
    let (known, key) = (from.primary_key.clone()?, to.primary_key.clone()?);
    if known == key {
        return None;
    }
    let mut renamed = known.clone();
    renamed.name.clone_from(&key.name);
    let table = to.name.clone();
    Some(match (&known.name, &key.name) {
        (Some(old), Some(new)) if renamed == key => Op::RenameConstraint {
            table,
            from: old.clone(),
            to: new.clone(),
        },
        _ => Op::PrimaryKey {
            table,
            change: Change::Alter {
                from: known,
                to: key,
            },
        },
    })
}

/// What the first list has and the second has not.
fn gone<T: Clone + PartialEq>(list: &[T], other: &[T]) -> Vec<T> {
    list.iter()
        .filter(|it| !other.contains(it))
        .cloned()
        .collect()
}
