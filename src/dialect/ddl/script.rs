//! Several operations in a row: the schema is carried along, and what goes together is taken together.

use std::ops::Range;

use super::{Context, DdlError, Style, statements};
use crate::dialect::{Dialect, mysql, postgres, sqlite};
use crate::schema::{Change, EnumType, Name, Op, Schema};

/// Statements, and which of the operations they carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub ops: Range<usize>,
    pub statements: Vec<String>,
}

pub(super) fn script(
    dialect: Dialect,
    ops: &[Op],
    before: &Schema,
    style: Style,
) -> Result<Vec<Rendered>, DdlError> {
    let mut schema = before.clone();
    let mut rendered: Vec<Rendered> = Vec::new();
    let mut at = 0;
    let mut grown = Vec::new();
    while at < ops.len() {
        let run = run_length(dialect, &ops[at..]);
        let group = &ops[at..at + run];
        let taken = match dialect {
            Dialect::Sqlite => rebuild(group, &schema)?,
            Dialect::Mysql | Dialect::Mariadb => mysql::ddl::together(dialect, group, &schema),
            Dialect::Postgres => None,
        };
        if let (Dialect::Postgres, Op::Enum(Change::Alter { from, to })) = (dialect, &ops[at]) {
            grown.push((rendered.len(), from, to, schema.clone()));
        }
        let (count, mut statements) = match taken {
            Some(taken) => taken,
            None => (1, statements(dialect, &ops[at], &schema, style)?),
        };
        let fills = ops[at..at + count]
            .iter()
            .filter_map(|op| fill(dialect, op));
        statements.splice(0..0, fills.collect::<Vec<_>>());
        for op in &ops[at..at + count] {
            op.apply(&mut schema)?;
        }
        rendered.push(Rendered {
            ops: at..at + count,
            statements,
        });
        if let (Dialect::Postgres, true, [op]) = (dialect, style.back, &ops[at..at + count])
            && let Some(place) = rendered.last_mut()
            && let Some(lenient) = postgres::ddl::lenient_key(op, &ops[..at])
        {
            place.statements = lenient;
        }
        at += count;
    }
    if dialect == Dialect::Postgres {
        postgres::ddl::keep_privileges(&mut rendered);
    }
    for (place, from, to, before) in grown {
        let later = rendered[place + 1..].iter().flat_map(|it| &it.statements);
        if holds_new_value(from, to, later) {
            let context = Context {
                before: &before,
                style,
            };
            rendered[place].statements = postgres::ddl::swapped_enum(from, to, &context)?;
        }
    }
    Ok(rendered)
}

/// The default for rows that have none, where a column may not be NULL any more.
fn fill(dialect: Dialect, op: &Op) -> Option<String> {
    let Op::Column { table, change, .. } = op else {
        return None;
    };
    let Change::Alter { from, to } = &**change else {
        return None;
    };
    let default = to
        .default
        .as_ref()
        .filter(|_| to.takes_default_from(from))?;
    let (table, column) = (dialect.quote_name(table), dialect.quote(&to.name));
    Some(format!(
        "UPDATE {table} SET {column} = {default} WHERE {column} IS NULL"
    ))
}

/// Whether statements name a value that an enum has just got. PostgreSQL takes it in the same transaction only
/// where the whole type is new.
fn holds_new_value<'a>(
    from: &EnumType,
    to: &EnumType,
    mut statements: impl Iterator<Item = &'a String>,
) -> bool {
    let new = to.values.iter().filter(|it| !from.values.contains(it));
    let literals: Vec<String> = new.map(|it| Dialect::Postgres.literal(it)).collect();
    statements.any(|said| literals.iter().any(|it| said.contains(it.trim_start())))
}

/// How many operations from the first on change one and the same table, without renaming anything that one statement
/// could not rename beside the rest.
fn run_length(dialect: Dialect, ops: &[Op]) -> usize {
    let beside = dialect.family() == Dialect::Mysql;
    let table = |op: &Op| -> Option<Name> {
        match op {
            Op::RenameIndex { .. } if !beside => None,
            Op::RenameColumn { .. } | Op::RenameConstraint { .. } => None,
            op => op.table().cloned(),
        }
    };
    let Some(first) = ops.first().and_then(table) else {
        return 1;
    };
    ops.iter()
        .take_while(|op| table(op).as_ref() == Some(&first))
        .count()
        .max(1)
}

/// One rebuild for all of a table's changes, where one of them at least needs it.
fn rebuild(group: &[Op], schema: &Schema) -> Result<Option<(usize, Vec<String>)>, DdlError> {
    if group.len() < 2 {
        return Ok(None);
    }
    let mut after = schema.clone();
    let mut needed = false;
    for op in group {
        needed |= sqlite::ddl::needs_rebuild(op, &after);
        op.apply(&mut after)?;
    }
    let (Some(name), true) = (group[0].table(), needed) else {
        return Ok(None);
    };
    let (Some(from), Some(to)) = (schema.table(name), after.table(name)) else {
        return Ok(None);
    };
    let whole = Op::Table(Box::new(Change::Alter {
        from: from.clone(),
        to: to.clone(),
    }));
    let rendered = statements(Dialect::Sqlite, &whole, schema, Style::default())?;
    Ok(Some((group.len(), rendered)))
}
