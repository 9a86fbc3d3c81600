//! Operations as MySQL's and MariaDB's statements.

mod cast;
mod code;
mod table;

use std::borrow::Cow;

use crate::dialect::Dialect;
use crate::dialect::ddl::{Context, DdlError, parts};
use crate::schema::{Change, Column, Identity, Index, Name, Op, Place, Schema};

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
        Op::Enum(_) => return Err(missing("enum types of their own")),
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
            "{} RENAME COLUMN {} TO {}",
            head(dialect, table, context.before),
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
            let head = head(dialect, &table, context.before);
            let mut statements = Vec::new();
            for step in steps(dialect, op) {
                let clauses = table::clauses(dialect, &step, context.before)?;
                statements.extend(parts::alter(&head, &clauses));
            }
            statements
        }
    })
}

/// `ALTER TABLE t`; where the server keeps old versions of rows, they are taken along.
fn head(dialect: Dialect, table: &Name, schema: &Schema) -> String {
    let alter = format!("ALTER TABLE {}", dialect.quote(&table.name));
    let found = schema.table(table);
    match found.is_some_and(|it| it.options.iter().any(|it| it == "WITH SYSTEM VERSIONING")) {
        true => format!("SET STATEMENT system_versioning_alter_history = KEEP FOR {alter}"),
        false => alter,
    }
}

/// The operation, in two where there is no way in one.
fn steps(dialect: Dialect, op: &Op) -> Vec<Op> {
    if let Op::Column {
        table,
        place,
        change,
    } = op
        && let Change::Alter { from, to } = &**change
        && let Some(meanwhile) = cast::meanwhile(dialect, from, to)
    {
        let step = |from: &Column, to: &Column| Op::Column {
            table: table.clone(),
            place: place.clone(),
            change: Box::new(Change::Alter {
                from: from.clone(),
                to: to.clone(),
            }),
        };
        return vec![step(from, &meanwhile), step(&meanwhile, to)];
    }
    vec![op.clone()]
}

/// One ALTER TABLE for changes that only work at once: a column that numbers itself and its key. With how many
/// of `group` it carries out, from the first on.
///
/// `None` where the first of `group` hangs together with none of the others so.
pub(crate) fn together(
    dialect: Dialect,
    group: &[Op],
    schema: &Schema,
) -> Option<(usize, Vec<String>)> {
    if let Some(last) = replaced_index(group) {
        return in_one(dialect, &group[..=last], schema);
    }
    let name = group.first()?.table()?;
    let mut numbered: Vec<&str> = schema.table(name).map_or(Vec::new(), |table| {
        let columns = table.columns.iter().filter(|it| numbers(it));
        columns.map(|it| it.name.as_str()).collect()
    });
    for op in group {
        if let Op::Column { change, .. } = op {
            let both = change.before().into_iter().chain(change.after());
            numbered.extend(both.filter(|it| numbers(it)).map(|it| it.name.as_str()));
        }
    }
    if numbered.is_empty() {
        return None;
    }
    let is_part = |op: &Op| match op {
        Op::PrimaryKey { .. } => true,
        Op::Column { change, .. } => {
            change.before().is_some_and(numbers) || change.after().is_some_and(numbers)
        }
        Op::Index { change, .. } => {
            let first = change.subject().parts.first();
            first.is_some_and(|part| numbered.contains(&part.to_string().as_str()))
        }
        _ => false,
    };
    let last = group.iter().rposition(is_part)?;
    if last == 0 || !is_part(&group[0]) {
        return None;
    }
    in_one(dialect, &group[..=last], schema)
}

/// One ALTER TABLE for all of `group`.
///
/// It names a column once: MariaDB does not know the second one.
fn in_one(dialect: Dialect, group: &[Op], schema: &Schema) -> Option<(usize, Vec<String>)> {
    let name = group.first()?.table()?;
    let head = head(dialect, name, schema);
    let mut after = schema.clone();
    // A type that is come to by way of another gets there in a statement before.
    let mut statements = Vec::new();
    let mut changes = Vec::new();
    for op in group {
        let mut steps = steps(dialect, op);
        changes.extend(steps.pop());
        for step in steps {
            let clauses = table::clauses(dialect, &step, &after).ok()?;
            statements.extend(parts::alter(&head, &clauses));
            step.apply(&mut after).ok()?;
        }
    }
    let mut clauses: Vec<String> = Vec::new();
    let mut added: Vec<(Op, usize)> = Vec::new();
    for (at, op) in changes.iter().enumerate() {
        let is_away = |name: &str| is_away(name, &changes, at);
        let placed = place_beside_kept(op, &after, is_away);
        let kept = beside_kept(op, &after, is_away);
        let more = table::clauses(dialect, &placed, &kept).ok()?;
        op.apply(&mut after).ok()?;
        let Some(column) = column_of(op) else {
            clauses.extend(more);
            continue;
        };
        let modify = format!("MODIFY COLUMN {} ", dialect.quote(column));
        let modifies = more.iter().any(|clause| clause.starts_with(&modify));
        let mut earlier = added
            .iter()
            .filter(|(add, _)| column_of(add) == Some(column));
        if modifies && let Some((add, i)) = earlier.next() {
            clauses[*i] = table::clauses(dialect, add, &after).ok()?.pop()?;
            continue;
        }
        let drops = matches!(op, Op::Column { change, .. } if change.after().is_none());
        if modifies || drops {
            // Emptied, not taken out: the places of what is added stay.
            let earlier = clauses.iter_mut().filter(|it| it.starts_with(&modify));
            earlier.for_each(String::clear);
        }
        if matches!(op, Op::Column { change, .. } if change.before().is_none()) {
            added.push((placed, clauses.len()));
        }
        clauses.extend(more);
    }
    clauses.retain(|clause| !clause.is_empty());
    statements.extend(parts::alter(&head, &clauses));
    Some((group.len(), statements))
}

/// The column whose definition the operation gives. A column's own check has the column's name.
fn column_of(op: &Op) -> Option<&str> {
    match op {
        Op::Column { change, .. } => Some(&change.subject().name),
        Op::Check { change, .. } => change.subject().name.as_deref(),
        _ => None,
    }
}

/// Where the index is dropped that the first of `group` makes another for. An index that a foreign key brought with
/// it goes by itself as soon as another serves, and could not be dropped after that.
fn replaced_index(group: &[Op]) -> Option<usize> {
    let begins = |index: &Index| index.parts.first().map(ToString::to_string);
    let Op::Index { change, .. } = group.first()? else {
        return None;
    };
    let new = change.after()?;
    group.iter().rposition(|op| match op {
        Op::Index {
            change: Change::Drop(old),
            ..
        } => begins(old) == begins(new),
        _ => false,
    })
}

/// The operation, which adds no column behind one that is away.
fn place_beside_kept(op: &Op, schema: &Schema, is_away: impl Fn(&str) -> bool) -> Op {
    let mut op = op.clone();
    if let Op::Column { table, place, .. } = &mut op
        && let Place::After(name) = &*place
        && is_away(name)
        && let Some(found) = schema.table(table)
    {
        let before = found.columns.iter().take_while(|it| it.name != *name);
        let kept = before.filter(|it| !is_away(&it.name)).last();
        *place = kept.map_or(Place::First, |it| Place::After(it.name.clone()));
    }
    op
}

/// `schema`, in which a changed column, which may have to be dropped and added in its place, stands behind
/// none that is away.
fn beside_kept<'a>(op: &Op, schema: &'a Schema, is_away: impl Fn(&str) -> bool) -> Cow<'a, Schema> {
    let mut schema = Cow::Borrowed(schema);
    if let Op::Column { table, change, .. } = op
        && let Change::Alter { from, .. } = &**change
        && let Some(at) = schema.tables.iter().position(|it| it.name == *table)
    {
        let kept = |it: &Column| it.name == from.name || !is_away(&it.name);
        if !schema.tables[at].columns.iter().all(kept) {
            schema.to_mut().tables[at].columns.retain(kept);
        }
    }
    schema
}

/// Whether the clause at `at` of one statement finds no such column: what the statement drops is gone from its
/// beginning on, and what it drops to add it again is back from there on.
fn is_away(name: &str, group: &[Op], at: usize) -> bool {
    group.iter().enumerate().any(|(i, op)| match op {
        Op::Column { change, .. } if change.subject().name == name => match &**change {
            Change::Drop(_) => true,
            Change::Alter { from, to } => i > at && table::is_replaced(from, to),
            Change::Add(_) => false,
        },
        _ => false,
    })
}

fn numbers(column: &Column) -> bool {
    column.identity == Some(Identity::AutoIncrement)
}
