mod golden;
mod models;
mod property;
mod sound;
mod speed;

use crate::dialect::diff::DiffRules;
use crate::schema::{IndexPart, Op, Schema};

/// The schema after the operations.
fn run(schema: &Schema, ops: &[Op]) -> Schema {
    let mut schema = schema.clone();
    for op in ops {
        op.apply(&mut schema)
            .unwrap_or_else(|error| panic!("{error}: {ops:#?}"));
    }
    schema
}

/// Every list in its order.
fn sort(schema: &mut Schema) {
    schema.enums.sort_by(|a, b| a.name.cmp(&b.name));
    schema.sequences.sort_by(|a, b| a.name.cmp(&b.name));
    schema.routines.sort_by(|a, b| a.name.cmp(&b.name));
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    schema.views.sort_by(|a, b| a.name.cmp(&b.name));
    schema
        .triggers
        .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
    let said =
        |parts: &[IndexPart]| -> Vec<String> { parts.iter().map(ToString::to_string).collect() };
    for table in &mut schema.tables {
        table
            .uniques
            .sort_by_key(|it| (it.name.clone(), said(&it.columns)));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        table
            .foreign_keys
            .sort_by_key(|it| (it.name.clone(), it.columns.clone(), it.references.clone()));
        table
            .checks
            .sort_by(|a, b| (&a.name, &a.expression).cmp(&(&b.name, &b.expression)));
        table.uniques.dedup();
        table.checks.dedup_by(|a, b| {
            a.name == b.name && (a.name.is_some() || a.expression == b.expression)
        });
    }
}

/// The schema without what is no difference: the order of columns where it cannot be chosen.
fn comparable(schema: &Schema, rules: &DiffRules) -> Schema {
    let mut schema = schema.clone();
    sort(&mut schema);
    if !rules.places_columns {
        for table in &mut schema.tables {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        }
    }
    schema
}
