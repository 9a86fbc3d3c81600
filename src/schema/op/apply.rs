//! A change carried out on the model: what the schema is after it.

use super::{Change, Op, Place};
use crate::schema::{ForeignKey, Identity, IndexKey, IndexPart, Name, Schema, Table};

/// A change that does not fit the schema that it is applied to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    #[error("cannot {op}: there is no such object")]
    Missing { op: String },
    #[error("cannot {op}: it is there already")]
    Exists { op: String },
}

/// Which of the two it is, before the operation's name is known.
enum Misfit {
    Missing,
    Exists,
}

impl Op {
    /// Changes `schema` as running the operation changes the database, lists kept in order.
    ///
    /// # Errors
    /// Where what is changed or dropped is not there, or what is added is; `schema` is then as it was.
    pub fn apply(&self, schema: &mut Schema) -> Result<(), ApplyError> {
        self.carry_out(schema).map_err(|misfit| {
            let op = self.describe();
            match misfit {
                Misfit::Missing => ApplyError::Missing { op },
                Misfit::Exists => ApplyError::Exists { op },
            }
        })
    }

    fn carry_out(&self, schema: &mut Schema) -> Result<(), Misfit> {
        match self {
            Op::Namespace(change) => sorted(&mut schema.namespaces, change, Clone::clone),
            Op::Extension(change) => sorted(&mut schema.extensions, change, |it| it.name.clone()),
            Op::Enum(change) => sorted(&mut schema.enums, change, |it| it.name.clone()),
            Op::Domain(change) => sorted(&mut schema.domains, change, |it| it.name.clone()),
            Op::Sequence(change) => sorted(&mut schema.sequences, change, |it| it.name.clone()),
            Op::Table(change) => sorted(&mut schema.tables, change, |it| it.name.clone()),
            Op::RenameTable { from, to } => rename_table(schema, from, to),
            Op::View(change) => sorted(&mut schema.views, change, |it| it.name.clone()),
            Op::Routine(change) => sorted(&mut schema.routines, change, |it| {
                (it.name.clone(), it.arguments.clone())
            }),
            Op::Trigger(change) => sorted(&mut schema.triggers, change, |it| {
                (it.table.clone(), it.name.clone())
            }),
            Op::Other(change) => sorted(&mut schema.others, change, |it| {
                (
                    it.kind.clone(),
                    it.table.clone(),
                    it.name.clone(),
                    it.arguments.clone(),
                )
            }),
            Op::Index { table, change } => {
                let indexes = if let Some(found) = find(schema, table) {
                    &mut found.indexes
                } else {
                    let view = schema.views.iter_mut().find(|view| view.name == *table);
                    &mut view.ok_or(Misfit::Missing)?.indexes
                };
                sorted(indexes, change, |index| index.name.clone())
            }
            Op::RenameColumn { table, from, to } => rename_column(schema, table, from, to),
            _ => {
                let table = self.table().ok_or(Misfit::Missing)?;
                self.change_table(find(schema, table).ok_or(Misfit::Missing)?)
            }
        }
    }

    /// Those that touch one table and nothing outside it.
    fn change_table(&self, table: &mut Table) -> Result<(), Misfit> {
        match self {
            Op::TableComment { to, .. } => table.comment.clone_from(to),
            Op::TableOptions { to, .. } => table.options.clone_from(to),
            Op::Partition { change, .. } => single(&mut table.partition_of, change)?,
            Op::PrimaryKey { change, .. } => single(&mut table.primary_key, change)?,
            Op::Unique { change, .. } => {
                let key = |it: &crate::schema::Unique| match &it.name {
                    Some(name) => (name.clone(), Vec::new()),
                    None => (
                        String::new(),
                        it.columns.iter().map(ToString::to_string).collect(),
                    ),
                };
                sorted(&mut table.uniques, change, key)?;
            }
            Op::ForeignKey { change, .. } => {
                let key = |it: &ForeignKey| match &it.name {
                    Some(name) => (name.clone(), Vec::new(), Name::default()),
                    None => (String::new(), it.columns.clone(), it.references.clone()),
                };
                sorted(&mut table.foreign_keys, change, key)?;
            }
            Op::Check { change, .. } => sorted(&mut table.checks, change, |it| match &it.name {
                Some(name) => (name.clone(), String::new()),
                None => (String::new(), it.expression.clone()),
            })?,
            Op::OtherConstraint { change, .. } => {
                sorted(&mut table.other_constraints, change, |it| it.name.clone())?;
            }
            Op::Column { place, change, .. } => change_column(table, place, change)?,
            Op::RenameIndex { from, to, .. } => {
                let mut names = table.indexes.iter_mut().map(|index| &mut index.name);
                *names.find(|name| *name == from).ok_or(Misfit::Missing)? = to.clone();
                table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
            }
            Op::RenameConstraint { from, to, .. } => {
                let uniques = table.uniques.iter_mut().map(|it| &mut it.name);
                let keys = table.foreign_keys.iter_mut().map(|it| &mut it.name);
                let checks = table.checks.iter_mut().map(|it| &mut it.name);
                if let Some(other) = table
                    .other_constraints
                    .iter_mut()
                    .find(|it| it.name == *from)
                {
                    to.clone_into(&mut other.name);
                    return Ok(());
                }
                let primary = table.primary_key.iter_mut().map(|it| &mut it.name);
                let mut names = primary.chain(uniques).chain(keys).chain(checks);
                let found = names.find(|name| name.as_ref() == Some(from));
                *found.ok_or(Misfit::Missing)? = Some(to.clone());
            }
            _ => return Err(Misfit::Missing),
        }
        Ok(())
    }
}

fn find<'a>(schema: &'a mut Schema, name: &Name) -> Option<&'a mut Table> {
    schema.tables.iter_mut().find(|table| table.name == *name)
}

/// Carries a change out in a list that is in the order of its keys.
fn sorted<T: Clone, K: Ord>(
    list: &mut Vec<T>,
    change: &Change<T>,
    key: impl Fn(&T) -> K,
) -> Result<(), Misfit> {
    let at = |wanted: &T| list.iter().position(|it| key(it) == key(wanted));
    match change {
        Change::Add(object) => {
            if at(object).is_some() {
                return Err(Misfit::Exists);
            }
            let wanted = key(object);
            let place = list.partition_point(|it| key(it) < wanted);
            list.insert(place, object.clone());
        }
        Change::Drop(object) => {
            let place = at(object).ok_or(Misfit::Missing)?;
            list.remove(place);
        }
        Change::Alter { from, to } => {
            let place = at(from).ok_or(Misfit::Missing)?;
            list.remove(place);
            let wanted = key(to);
            let place = list.partition_point(|it| key(it) < wanted);
            list.insert(place, to.clone());
        }
    }
    Ok(())
}

fn single<T: Clone>(slot: &mut Option<T>, change: &Change<T>) -> Result<(), Misfit> {
    match change {
        Change::Add(_) if slot.is_some() => return Err(Misfit::Exists),
        Change::Drop(_) | Change::Alter { .. } if slot.is_none() => return Err(Misfit::Missing),
        _ => *slot = change.after().cloned(),
    }
    Ok(())
}

fn change_column(
    table: &mut Table,
    place: &Place,
    change: &Change<crate::schema::Column>,
) -> Result<(), Misfit> {
    let position = |name: &str| table.columns.iter().position(|it| it.name == name);
    match change {
        Change::Add(column) => {
            if position(&column.name).is_some() {
                return Err(Misfit::Exists);
            }
            let at = match place {
                Place::First => 0,
                Place::After(name) => position(name).ok_or(Misfit::Missing)? + 1,
                Place::Last => table.columns.len(),
            };
            table.columns.insert(at, column.clone());
        }
        Change::Drop(column) => {
            let at = position(&column.name).ok_or(Misfit::Missing)?;
            table.columns.remove(at);
        }
        Change::Alter { from, to } => {
            let at = position(&from.name).ok_or(Misfit::Missing)?;
            table.columns[at] = to.clone();
        }
    }
    Ok(())
}

fn rename_table(schema: &mut Schema, from: &Name, to: &Name) -> Result<(), Misfit> {
    if schema.table(to).is_some() {
        return Err(Misfit::Exists);
    }
    let table = find(schema, from).ok_or(Misfit::Missing)?;
    table.name = to.clone();
    // What a column owns goes to another namespace with its table.
    let moved = from.namespace != to.namespace;
    for column in &mut table.columns {
        if let (true, Some(Identity::Serial { sequence })) = (moved, &mut column.identity) {
            sequence.namespace.clone_from(&to.namespace);
        }
    }
    let follow = |name: &mut Name| {
        if name == from {
            *name = to.clone();
        }
    };
    for table in &mut schema.tables {
        table
            .foreign_keys
            .iter_mut()
            .for_each(|key| follow(&mut key.references));
        table
            .partition_of
            .iter_mut()
            .for_each(|of| follow(&mut of.parent));
        table.inherits.iter_mut().for_each(follow);
    }
    for view in &mut schema.views {
        view.reads.iter_mut().for_each(follow);
    }
    for sequence in &mut schema.sequences {
        if let Some((on, _)) = sequence.owned_by.as_mut().filter(|(on, _)| on == from) {
            follow(on);
            if moved {
                sequence.name.namespace.clone_from(&to.namespace);
            }
        }
    }
    for other in &mut schema.others {
        other.table.iter_mut().for_each(follow);
    }
    for trigger in &mut schema.triggers {
        follow(&mut trigger.table);
    }
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(())
}

fn rename_column(schema: &mut Schema, table: &Name, from: &str, to: &str) -> Result<(), Misfit> {
    let found = find(schema, table).ok_or(Misfit::Missing)?;
    if found.column(to).is_some() {
        return Err(Misfit::Exists);
    }
    let mut columns = found.columns.iter_mut();
    let column = columns.find(|column| column.name == from);
    column.ok_or(Misfit::Missing)?.name = to.to_owned();

    let follow = |name: &mut String| {
        if name == from {
            *name = to.to_owned();
        }
    };
    let follow_part = |part: &mut IndexPart| {
        if let IndexKey::Column(name) = &mut part.key {
            follow(name);
        }
    };
    if let Some(key) = &mut found.primary_key {
        key.columns.iter_mut().for_each(follow_part);
        key.include.iter_mut().for_each(follow);
    }
    for unique in &mut found.uniques {
        unique.columns.iter_mut().for_each(follow_part);
        unique.include.iter_mut().for_each(follow);
    }
    for index in &mut found.indexes {
        index.parts.iter_mut().for_each(follow_part);
        index.include.iter_mut().for_each(follow);
    }
    follow_own_check(found, from, to);
    for other in &mut schema.tables {
        let own = other.name == *table;
        for key in &mut other.foreign_keys {
            if own {
                key.columns.iter_mut().for_each(follow);
                key.on_delete_columns.iter_mut().for_each(follow);
            }
            if key.references == *table {
                key.referenced_columns.iter_mut().for_each(follow);
            }
        }
    }
    Ok(())
}

/// MariaDB's check that stands in a column's definition bears the column's name, and goes with it.
fn follow_own_check(table: &mut Table, from: &str, to: &str) {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let (old, new) = (quoted(from), quoted(to));
    let own = |check: &&mut crate::schema::Check| {
        check.name.as_deref() == Some(from) && check.expression.contains(&old)
    };
    if let Some(check) = table.checks.iter_mut().find(own) {
        check.name = Some(to.to_owned());
        check.expression = check.expression.replace(&old, &new);
        let key = |it: &crate::schema::Check| (it.name.clone(), it.expression.clone());
        table.checks.sort_by_key(key);
    }
}
