//! Where a model is brought to one form for every dialect: references spelt out, lists in order.

use crate::schema::{ForeignKey, IndexKey, Name, Schema, Table, Unique};

/// Puts every list of a schema in the order that the model asks for.
pub(crate) fn sort(schema: &mut Schema) {
    schema.namespaces.sort();
    schema.extensions.sort_by(|a, b| a.name.cmp(&b.name));
    schema.enums.sort_by(|a, b| a.name.cmp(&b.name));
    schema.domains.sort_by(|a, b| a.name.cmp(&b.name));
    schema.sequences.sort_by(|a, b| a.name.cmp(&b.name));
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    schema.views.sort_by(|a, b| a.name.cmp(&b.name));
    schema
        .routines
        .sort_by(|a, b| (&a.name, &a.arguments).cmp(&(&b.name, &b.arguments)));
    schema
        .triggers
        .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
    schema.others.sort_by(|a, b| {
        (&a.kind, &a.table, &a.name, &a.arguments).cmp(&(&b.kind, &b.table, &b.name, &b.arguments))
    });
    schema.tables.iter_mut().for_each(sort_table);
    for view in &mut schema.views {
        view.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

pub(crate) fn sort_table(table: &mut Table) {
    let of_unique = |it: &Unique| {
        let columns: Vec<String> = it.columns.iter().map(ToString::to_string).collect();
        (it.name.clone(), columns)
    };
    let of_key = |it: &ForeignKey| (it.name.clone(), it.columns.clone(), it.references.clone());
    table.uniques.sort_by_key(of_unique);
    table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    table.foreign_keys.sort_by_key(of_key);
    table.other_constraints.sort_by(|a, b| a.name.cmp(&b.name));
    table
        .checks
        .sort_by(|a, b| (&a.name, &a.expression).cmp(&(&b.name, &b.expression)));
}

/// Spells out the columns that a foreign key leaves to the primary key of the table it refers to.
pub(crate) fn fill_references(schema: &mut Schema) {
    let keys: Vec<(Name, Vec<String>)> = schema
        .tables
        .iter()
        .filter_map(|table| {
            let columns = table.primary_key.as_ref()?.columns.iter();
            let columns = columns.filter_map(|part| match &part.key {
                IndexKey::Column(name) => Some(name.clone()),
                IndexKey::Expression(_) => None,
            });
            Some((table.name.clone(), columns.collect()))
        })
        .collect();
    for table in &mut schema.tables {
        for key in &mut table.foreign_keys {
            if !key.referenced_columns.is_empty() {
                continue;
            }
            if let Some((_, columns)) = keys.iter().find(|(name, _)| *name == key.references) {
                key.referenced_columns.clone_from(columns);
            }
        }
    }
}
