//! From SQLite's rows and texts to the model: pure.

use std::collections::HashMap;

use super::Rows;
use super::parse;
use crate::dialect::catalog::sort;
use crate::dialect::{Row, Scope};
use crate::schema::{
    Column, Generated, Identity, Index, IndexKey, IndexPart, Name, ObjectText, Schema, SortOrder,
    Table, Trigger, View,
};

/// Puts the answers together.
pub(super) fn assemble(rows: &Rows, scope: &Scope) -> Schema {
    let mut schema = Schema::default();
    let mut columns: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in &rows.columns {
        columns.entry(row.text_or_empty(0)).or_default().push(row);
    }
    let kinds: HashMap<&str, &Row> = rows
        .tables
        .iter()
        .map(|row| (row.text_or_empty(0), row))
        .collect();
    let objects = |kind: &'static str| {
        rows.objects
            .iter()
            .filter(move |row| row.text(0) == Some(kind))
            .filter(|row| !scope.excludes(&Name::new(row.text_or_empty(2))))
    };
    for row in objects("table") {
        let (name, sql) = (row.text_or_empty(1), statement(row));
        match kinds.get(name).and_then(|row| row.text(1)) {
            // They come and go with their virtual table.
            Some("shadow") => {}
            Some("virtual") => schema.others.push(ObjectText {
                kind: "table".to_owned(),
                name: Name::new(name),
                definition: sql.to_owned(),
                ..ObjectText::default()
            }),
            _ => {
                let columns = columns.get(name).map(Vec::as_slice).unwrap_or_default();
                let (table, understood) = table(name, sql, columns, kinds.get(name).copied());
                if !understood {
                    schema
                        .not_understood
                        .push(format!("definition of table {name}"));
                }
                schema.tables.push(table);
            }
        }
    }
    complete_foreign_keys(&mut schema.tables);
    let by_name: HashMap<String, usize> = schema
        .tables
        .iter()
        .enumerate()
        .map(|(at, table)| (table.name.name.to_lowercase(), at))
        .collect();
    for row in objects("index") {
        let table = by_name
            .get(&row.text_or_empty(2).to_lowercase())
            .map(|at| &mut schema.tables[*at]);
        let read = table.and_then(|table| Some((index(row, table)?, table)));
        match read {
            Some((index, table)) => table.indexes.push(index),
            None => schema
                .not_understood
                .push(format!("definition of index {}", row.text_or_empty(1))),
        }
    }
    let relations: HashMap<String, String> = objects("table")
        .chain(objects("view"))
        .map(|row| row.text_or_empty(1).to_owned())
        .map(|name| (name.to_lowercase(), name))
        .collect();
    for row in objects("view") {
        let name = row.text_or_empty(1);
        match view(name, statement(row), &relations) {
            Some(view) => schema.views.push(view),
            None => schema
                .not_understood
                .push(format!("definition of view {name}")),
        }
    }
    for row in objects("trigger") {
        let on = row.text_or_empty(2);
        schema.triggers.push(Trigger {
            name: row.text_or_empty(1).to_owned(),
            table: Name::new(relations.get(&on.to_lowercase()).map_or(on, String::as_str)),
            definition: statement(row).to_owned(),
            ..Trigger::default()
        });
    }
    sort(&mut schema);
    schema
}

fn statement(row: &Row) -> &str {
    row.text_or_empty(3).trim().trim_end_matches(';').trim_end()
}

/// A table; `false` where its text could not be read, so that what only that tells is missing.
fn table(name: &str, sql: &str, columns: &[&Row], kind: Option<&Row>) -> (Table, bool) {
    let mut table = Table {
        name: Name::new(name),
        ..Table::default()
    };
    if kind.is_some_and(|row| row.truth(2)) {
        table.options.push("WITHOUT ROWID".to_owned());
    }
    if kind.is_some_and(|row| row.truth(3)) {
        table.options.push("STRICT".to_owned());
    }
    let text = parse::table(sql).filter(|text| {
        text.columns.len() == columns.len()
            && text
                .columns
                .iter()
                .zip(columns)
                .all(|(text, row)| row.text(1) == Some(text.name.as_str()))
    });
    let understood = text.is_some();
    let text = text.unwrap_or_default();
    let mut texts = text.columns.into_iter();
    for row in columns {
        let column = texts.next().unwrap_or_default();
        table.columns.push(Column {
            name: row.text_or_empty(1).to_owned(),
            data_type: parse::data_type(row.text_or_empty(2)),
            nullable: !row.truth(3),
            default: row.text(4).map(parse::default),
            generated: column.generated.map(|expression| Generated {
                expression,
                stored: row.integer(6) == Some(3),
            }),
            collation: column.collation,
            options: column.options,
            ..Column::default()
        });
    }
    table.primary_key = text.primary_key;
    table.uniques = text.uniques;
    table.foreign_keys = text.foreign_keys;
    table.checks = text.checks;
    settle_keys(&mut table);
    if let Some(at) = rowid_column(&table) {
        // It numbers itself where NULL is given, and never holds one.
        table.columns[at].nullable = false;
        if text.autoincrement {
            table.columns[at].identity = Some(Identity::AutoIncrement);
        }
    }
    (table, understood)
}

/// The column that is the rowid by another name: `INTEGER PRIMARY KEY`, in exactly that type.
fn rowid_column(table: &Table) -> Option<usize> {
    let [part] = table.primary_key.as_ref()?.columns.as_slice() else {
        return None;
    };
    let IndexKey::Column(name) = &part.key else {
        return None;
    };
    let at = table.columns.iter().position(|c| c.name == *name)?;
    let is = table.columns[at].data_type.eq_ignore_ascii_case("integer")
        && part.order == SortOrder::Ascending
        && !table.options.iter().any(|option| option == "WITHOUT ROWID");
    is.then_some(at)
}

/// Spells the columns of keys as the columns are spelt, and leaves out what is the default.
fn settle_keys(table: &mut Table) {
    let columns = table.columns.clone();
    if let Some(key) = &mut table.primary_key {
        key.columns
            .iter_mut()
            .for_each(|part| settle(part, &columns));
    }
    for unique in &mut table.uniques {
        unique
            .columns
            .iter_mut()
            .for_each(|part| settle(part, &columns));
    }
    for key in &mut table.foreign_keys {
        for name in &mut key.columns {
            respell(name, &columns);
        }
    }
}

fn settle(part: &mut IndexPart, columns: &[Column]) {
    let IndexKey::Column(name) = &mut part.key else {
        return;
    };
    let own = match columns.iter().find(|c| c.name.eq_ignore_ascii_case(name)) {
        Some(column) => {
            name.clone_from(&column.name);
            column.collation.as_deref().unwrap_or("BINARY")
        }
        None => "BINARY",
    };
    if part.collation.as_deref() == Some(own) {
        part.collation = None;
    }
}

fn respell(name: &mut String, columns: &[Column]) {
    if let Some(column) = columns.iter().find(|c| c.name.eq_ignore_ascii_case(name)) {
        name.clone_from(&column.name);
    }
}

/// Spells out what a foreign key leaves to the other table: its spelling and its primary key.
fn complete_foreign_keys(tables: &mut [Table]) {
    let others: HashMap<String, (String, Vec<Column>, Vec<String>)> = tables
        .iter()
        .map(|table| {
            let key = table.primary_key.iter().flat_map(|key| &key.columns);
            let key = key.filter_map(|part| match &part.key {
                IndexKey::Column(name) => Some(name.clone()),
                IndexKey::Expression(_) => None,
            });
            let name = table.name.name.clone();
            let known = (name.clone(), table.columns.clone(), key.collect());
            (name.to_lowercase(), known)
        })
        .collect();
    for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys) {
        let Some((name, columns, primary)) = others.get(&key.references.name.to_lowercase()) else {
            continue;
        };
        key.references.name.clone_from(name);
        if key.referenced_columns.is_empty() {
            key.referenced_columns.clone_from(primary);
        }
        for column in &mut key.referenced_columns {
            respell(column, columns);
        }
    }
}

fn index(row: &Row, table: &Table) -> Option<Index> {
    let mut text = parse::index(statement(row))?;
    for part in &mut text.parts {
        settle(part, &table.columns);
    }
    Some(Index {
        name: row.text_or_empty(1).to_owned(),
        unique: text.unique,
        parts: text.parts,
        predicate: text.predicate,
        valid: true,
        ..Index::default()
    })
}

fn view(name: &str, sql: &str, relations: &HashMap<String, String>) -> Option<View> {
    let text = parse::view(sql)?;
    Some(View {
        name: Name::new(name),
        columns: text.columns,
        query: text.query,
        reads: text
            .sources
            .iter()
            .filter_map(|source| relations.get(&source.to_lowercase()))
            .filter(|source| *source != name)
            .map(Name::new)
            .collect(),
        ..View::default()
    })
}
