//! Which part of a schema a table needs, and what of it stands before the rows do. Pure.

use std::collections::BTreeSet;

use crate::dialect::Dialect;
use crate::dialect::ddl::order_words;
use crate::diff::Options;
use crate::schema::{Name, Schema, Table};

/// The tables that patterns name, with their partitions; all where there are no patterns.
pub fn selected(schema: &Schema, patterns: &[String]) -> BTreeSet<Name> {
    let options = Options {
        tables: patterns.to_vec(),
        ..Options::default()
    };
    let mut found: BTreeSet<Name> = schema
        .tables
        .iter()
        .map(|table| &table.name)
        .filter(|name| options.sees(name))
        .cloned()
        .collect();
    // A partition is a part of its table, on every level.
    loop {
        let more: Vec<Name> = schema
            .tables
            .iter()
            .filter(|table| !found.contains(&table.name))
            .filter(|table| parent(table).is_some_and(|parent| found.contains(parent)))
            .map(|table| table.name.clone())
            .collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// The first pattern that names no table.
pub fn unmatched<'a>(schema: &Schema, patterns: &'a [String]) -> Option<&'a str> {
    let fits = |pattern: &String| {
        let options = Options {
            tables: vec![pattern.clone()],
            ..Options::default()
        };
        schema.tables.iter().any(|it| options.sees(&it.name))
    };
    patterns
        .iter()
        .find(|pattern| !fits(pattern))
        .map(String::as_str)
}

fn parent(table: &Table) -> Option<&Name> {
    table.partition_of.as_ref().map(|of| &of.parent)
}

/// Whether rows are in the table itself, and not in partitions of it.
pub fn has_rows(schema: &Schema, table: &Table) -> bool {
    !schema
        .tables
        .iter()
        .any(|other| parent(other) == Some(&table.name))
}

/// These tables, what is on them, and what they may be made of; no views and nothing else that only reads them.
pub fn part(schema: &Schema, tables: &BTreeSet<Name>) -> Schema {
    Schema {
        tables: schema
            .tables
            .iter()
            .filter(|table| tables.contains(&table.name))
            .cloned()
            .collect(),
        views: Vec::new(),
        sequences: schema
            .sequences
            .iter()
            .filter(|sequence| match &sequence.owned_by {
                Some((table, _)) => tables.contains(table),
                None => true,
            })
            .cloned()
            .collect(),
        triggers: schema
            .triggers
            .iter()
            .filter(|trigger| tables.contains(&trigger.table))
            .cloned()
            .collect(),
        others: schema
            .others
            .iter()
            .filter(|other| match &other.table {
                Some(table) => tables.contains(table),
                None => is_foundation(&other.kind),
            })
            .cloned()
            .collect(),
        ..schema.clone()
    }
}

/// Kinds of which tables are made.
fn is_foundation(kind: &str) -> bool {
    matches!(kind, "type" | "collation")
}

/// `wanted` as it has to be when rows come: without what is made faster over rows that are there, what looks at
/// rows as they come, and what reads tables. What is in `now` already is left as it is, but for foreign keys to and
/// triggers on the tables that are to be filled.
pub fn bare(dialect: Dialect, wanted: &Schema, now: &Schema, filled: &BTreeSet<Name>) -> Schema {
    let after = dialect.after_rows();
    let mut bare = wanted.clone();
    for table in &mut bare.tables {
        let is_filled = filled.contains(&table.name);
        if after.foreign_keys {
            table
                .foreign_keys
                .retain(|key| !is_filled && !filled.contains(&key.references));
        }
        let there = now.table(&table.name);
        if !is_filled || there.is_some() || !can_wait(table) {
            continue;
        }
        if after.keys {
            table.primary_key = None;
            table.uniques.clear();
            table.other_constraints.clear();
        }
        if after.indexes {
            table.indexes.clear();
        }
    }
    let view_names: BTreeSet<&str> = wanted
        .views
        .iter()
        .map(|view| view.name.name.as_str())
        .collect();
    bare.views
        .retain(|view| now.views.iter().any(|there| there.name == view.name));
    bare.triggers.retain(|trigger| {
        !filled.contains(&trigger.table)
            && now
                .triggers
                .iter()
                .any(|there| there.name == trigger.name && there.table == trigger.table)
    });
    bare.routines.retain(|routine| {
        let is_there = now
            .routines
            .iter()
            .any(|there| there.name == routine.name && there.arguments == routine.arguments);
        is_there
            || order_words(&routine.definition)
                .iter()
                .all(|word| !view_names.contains(word.as_str()))
    });
    bare.others.retain(|other| {
        is_foundation(&other.kind)
            || now
                .others
                .iter()
                .any(|there| there.kind == other.kind && there.name == other.name)
    });
    bare
}

/// Whether a table can be without its keys for a while: partitions share theirs, and some options name an index.
fn can_wait(table: &Table) -> bool {
    table.partitioning.is_none()
        && table.partition_of.is_none()
        && !table
            .options
            .iter()
            .any(|option| option.starts_with("REPLICA IDENTITY") || option.starts_with("CLUSTER"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{ForeignKey, PartitionOf, Partitioning, PrimaryKey, Trigger};

    fn table(name: &str) -> Table {
        Table {
            name: Name::new(name),
            primary_key: Some(PrimaryKey::default()),
            ..Table::default()
        }
    }

    fn schema() -> Schema {
        let mut child = table("child");
        child.foreign_keys.push(ForeignKey {
            references: Name::new("parent"),
            ..ForeignKey::default()
        });
        let mut whole = table("whole");
        whole.partitioning = Some(Partitioning {
            clause: "RANGE (id)".into(),
        });
        let mut piece = table("piece");
        piece.partition_of = Some(PartitionOf {
            parent: Name::new("whole"),
            bound: "DEFAULT".into(),
        });
        Schema {
            tables: vec![child, table("parent"), piece, whole],
            triggers: vec![Trigger {
                name: "told".into(),
                table: Name::new("parent"),
                ..Trigger::default()
            }],
            ..Schema::default()
        }
    }

    #[test]
    fn a_table_brings_its_partitions_which_have_its_rows() {
        let schema = schema();
        let found = selected(&schema, &["whole".to_owned()]);
        assert_eq!(
            found,
            BTreeSet::from([Name::new("piece"), Name::new("whole")])
        );
        let with_rows: Vec<&str> = schema
            .tables
            .iter()
            .filter(|table| has_rows(&schema, table))
            .map(|table| table.name.name.as_str())
            .collect();
        assert_eq!(with_rows, ["child", "parent", "piece"]);
        let patterns = ["parent", "nobody*"].map(str::to_owned);
        assert_eq!(unmatched(&schema, &patterns), Some("nobody*"));
    }

    #[test]
    fn a_parent_that_is_filled_has_neither_triggers_nor_children_that_refer_to_it() {
        let schema = schema();
        let filled = BTreeSet::from([Name::new("parent")]);
        let bare = bare(Dialect::Postgres, &schema, &schema, &filled);
        assert!(bare.triggers.is_empty());
        assert!(
            bare.tables
                .iter()
                .all(|table| table.foreign_keys.is_empty())
        );
        // It is there already, and views may hold on to its key.
        assert!(
            bare.table(&Name::new("parent"))
                .unwrap()
                .primary_key
                .is_some()
        );
    }

    #[test]
    fn a_new_table_gets_its_key_after_its_rows_where_that_is_faster() {
        let schema = schema();
        let all: BTreeSet<Name> = schema.tables.iter().map(|it| it.name.clone()).collect();
        let key = |dialect| {
            let bare = bare(dialect, &schema, &Schema::default(), &all);
            let has = |name: &str| bare.table(&Name::new(name)).unwrap().primary_key.is_some();
            (has("parent"), has("whole"))
        };
        assert_eq!(key(Dialect::Postgres), (false, true));
        assert_eq!(key(Dialect::Mysql), (true, true));
        assert_eq!(key(Dialect::Sqlite), (true, true));
    }
}
