//! What the target is to be in the end. Pure.

use std::collections::BTreeSet;

use crate::admin::backup::part;
use crate::schema::{Name, ObjectText, Schema};

/// How much of the backup is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// Some tables; all else stays as it is.
    Tables,
    /// Everything in it; what is there beside stays.
    Whole,
    /// Everything in it, and nothing beside.
    Exact,
}

/// The target as it is to be: `now`, with what comes from the backup in the place of what has its name.
pub(super) fn wanted(
    now: &Schema,
    backup: &Schema,
    filled: &BTreeSet<Name>,
    extent: Extent,
) -> Schema {
    let mut wanted = match extent {
        Extent::Exact => return backup.clone(),
        Extent::Whole => {
            let mut wanted = now.clone();
            replace(&mut wanted.enums, &backup.enums, |a, b| a.name == b.name);
            replace(&mut wanted.domains, &backup.domains, |a, b| {
                a.name == b.name
            });
            replace(&mut wanted.sequences, &backup.sequences, |a, b| {
                a.name == b.name
            });
            replace(&mut wanted.views, &backup.views, |a, b| a.name == b.name);
            replace(&mut wanted.routines, &backup.routines, |a, b| {
                (&a.name, &a.arguments) == (&b.name, &b.arguments)
            });
            replace(&mut wanted.others, &backup.others, same_text);
            wanted
        }
        Extent::Tables => {
            let part = part(backup, filled);
            let mut wanted = now.clone();
            add(&mut wanted.enums, &part.enums, |a, b| a.name == b.name);
            add(&mut wanted.domains, &part.domains, |a, b| a.name == b.name);
            add(&mut wanted.sequences, &part.sequences, |a, b| {
                a.name == b.name
            });
            add(&mut wanted.routines, &part.routines, |a, b| {
                (&a.name, &a.arguments) == (&b.name, &b.arguments)
            });
            add(&mut wanted.others, &part.others, same_text);
            wanted
        }
    };
    add(&mut wanted.namespaces, &backup.namespaces, |a, b| a == b);
    add(&mut wanted.extensions, &backup.extensions, |a, b| {
        a.name == b.name
    });
    let is_filled = |name: &Name| filled.contains(name);
    wanted.tables.retain(|it| !is_filled(&it.name));
    let tables = backup.tables.iter().filter(|it| is_filled(&it.name));
    wanted.tables.extend(tables.cloned());
    wanted.tables.sort_by(|a, b| a.name.cmp(&b.name));
    wanted.triggers.retain(|it| !is_filled(&it.table));
    let triggers = backup.triggers.iter().filter(|it| is_filled(&it.table));
    wanted.triggers.extend(triggers.cloned());
    wanted
        .triggers
        .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
    wanted
}

fn same_text(a: &ObjectText, b: &ObjectText) -> bool {
    (&a.kind, &a.table, &a.name, &a.arguments) == (&b.kind, &b.table, &b.name, &b.arguments)
}

/// Puts what comes in the place of what is the same thing there, and beside what is not.
fn replace<T: Clone>(there: &mut Vec<T>, from: &[T], same: impl Fn(&T, &T) -> bool) {
    there.retain(|it| !from.iter().any(|other| same(it, other)));
    there.extend_from_slice(from);
}

/// Adds what is not there.
fn add<T: Clone>(there: &mut Vec<T>, from: &[T], same: impl Fn(&T, &T) -> bool) {
    let new: Vec<T> = from
        .iter()
        .filter(|it| !there.iter().any(|other| same(it, other)))
        .cloned()
        .collect();
    there.extend(new);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, ForeignKey, Table, Trigger, View};

    fn table(name: &str, columns: &[&str]) -> Table {
        Table {
            name: Name::new(name),
            columns: columns
                .iter()
                .map(|name| Column {
                    name: (*name).to_owned(),
                    ..Column::default()
                })
                .collect(),
            ..Table::default()
        }
    }

    fn names(schema: &Schema) -> Vec<&str> {
        let tables = schema.tables.iter();
        tables.map(|table| table.name.name.as_str()).collect()
    }

    #[test]
    fn some_tables_come_back_as_they_were_and_all_else_stays() {
        let mut child = table("child", &["id", "new"]);
        child.foreign_keys.push(ForeignKey {
            references: Name::new("parent"),
            ..ForeignKey::default()
        });
        let now = Schema {
            tables: vec![child, table("parent", &["id"]), table("unknown", &[])],
            views: vec![View::default()],
            ..Schema::default()
        };
        let backup = Schema {
            tables: vec![table("child", &["id"]), table("parent", &["id", "name"])],
            triggers: vec![Trigger {
                name: "t".into(),
                table: Name::new("parent"),
                ..Trigger::default()
            }],
            ..Schema::default()
        };
        let filled = BTreeSet::from([Name::new("parent")]);
        let wanted = |extent| wanted(&now, &backup, &filled, extent);
        let some = wanted(Extent::Tables);
        assert_eq!(names(&some), ["child", "parent", "unknown"]);
        assert_eq!(some.tables[0], now.tables[0]);
        assert_eq!(some.tables[1], backup.tables[1]);
        assert_eq!(some.views, now.views);
        assert_eq!(some.triggers, backup.triggers);
        assert_eq!(wanted(Extent::Exact), backup);
    }
}
