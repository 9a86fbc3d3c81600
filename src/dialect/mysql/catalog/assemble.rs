//! From the rows of `information_schema` to the model: pure.

use std::collections::{HashMap, HashSet};

use super::expression::unqualified;
use super::{Rows, column, foreign_key, index, partition, routine, text, view};
use crate::dialect::catalog::sort;
use crate::dialect::{Dialect, Row, Scope};
use crate::schema::{Name, Schema, Table};

/// Puts the answers together.
pub(super) fn assemble(rows: &Rows, dialect: Dialect, scope: &Scope) -> Schema {
    let mut schema = Schema::default();
    let database = rows.database.first();
    let database_name = database.map_or("", |row| row.text_or_empty(0));
    let database_collation = database.map_or("", |row| row.text_or_empty(1));
    let mut tables: HashMap<&str, Table> = HashMap::new();
    let mut collations: HashMap<&str, Option<&str>> = HashMap::new();
    let mut names = HashSet::new();
    for row in &rows.tables {
        let name = row.text_or_empty(0);
        if scope.excludes(&Name::new(name)) {
            continue;
        }
        names.insert(name);
        match row.text_or_empty(1) {
            "VIEW" | "SEQUENCE" => {}
            "BASE TABLE" | "SYSTEM VERSIONED" => {
                collations.insert(name, row.text(3));
                tables.insert(name, table(row, database_collation));
            }
            kind => schema
                .not_understood
                .push(format!("{} {name}", kind.to_lowercase())),
        }
    }
    for row in &rows.columns {
        let name = row.text_or_empty(0);
        if let Some(table) = tables.get_mut(name) {
            let collation = collations.get(name).copied().flatten();
            let mut column = column::column(dialect, row, collation);
            // A sequence is named with the database that it is in.
            if let Some(default) = &mut column.default {
                *default = unqualified(default, database_name, |name| names.contains(name)).0;
            }
            let period = |text: &str| matches!(text, "ROW START" | "ROW END");
            if let Some(of) = &column.generated
                && period(&of.expression)
            {
                schema
                    .not_understood
                    .push(format!("period column {} of table {name}", column.name));
            }
            table.columns.push(column);
        }
    }
    take_keys(rows, dialect, &mut tables);
    let partitions: Vec<&Row> = rows.partitions.iter().collect();
    for rows in partitions.chunk_by(|a, b| a.text(0) == b.text(0)) {
        if let Some(table) = tables.get_mut(rows[0].text_or_empty(0)) {
            table.partitioning = partition::partitioning(dialect, rows);
        }
    }
    schema.tables = tables.into_values().collect();
    for row in &rows.views {
        if names.contains(row.text_or_empty(0)) {
            let view = view::view(row, database_name, |name| names.contains(name));
            if view.query.is_empty() {
                schema.not_understood.push(format!(
                    "query of view {}, hidden from this user",
                    view.name
                ));
            }
            schema.views.push(view);
        }
    }
    let same = |a: &Row, b: &Row| (1..4).all(|column| a.text(column) == b.text(column));
    for rows in rows.triggers.chunk_by(same) {
        if names.contains(rows[0].text_or_empty(1)) {
            schema.triggers.extend(text::triggers(dialect, rows));
        }
    }
    take_routines(rows, dialect, database_collation, &mut schema);
    let events = rows.events.iter().map(|row| text::event(dialect, row));
    schema.others.extend(events);
    let sequences = rows
        .sequences
        .iter()
        .filter(|row| names.contains(row.text_or_empty(0)));
    schema.sequences.extend(sequences.map(text::sequence));
    sort(&mut schema);
    schema
}

/// A row of `queries::TABLES`.
fn table(row: &Row, database_collation: &str) -> Table {
    let mut options = Vec::new();
    if let Some(engine) = row.text(2).filter(|engine| *engine != "InnoDB") {
        options.push(format!("ENGINE={engine}"));
    }
    if let Some(collation) = row.text(3).filter(|name| *name != database_collation) {
        options.push(format!("DEFAULT COLLATE={collation}"));
    }
    let mut settings = settings(row.text_or_empty(4));
    let of_format = |it: &String| it.starts_with("ROW_FORMAT=") && it != "ROW_FORMAT=PAGE";
    let in_pages = !settings.iter().any(of_format);
    let is_aria = row.text(2) == Some("Aria");
    // Aria's own stay behind when a table leaves it, and say nothing there. It adds them where they were not given:
    // rows in pages are transactional, others are not.
    settings.retain(|it| match it.as_str() {
        "TRANSACTIONAL=1" => is_aria && !in_pages,
        "TRANSACTIONAL=0" => is_aria && in_pages,
        "PAGE_CHECKSUM=1" => false,
        "PAGE_CHECKSUM=0" => is_aria,
        _ => true,
    });
    options.extend(settings);
    if row.text(1) == Some("SYSTEM VERSIONED") {
        options.push("WITH SYSTEM VERSIONING".to_owned());
    }
    Table {
        name: Name::new(row.text_or_empty(0)),
        comment: row
            .text(5)
            .filter(|comment| !comment.is_empty())
            .map(str::to_owned),
        options,
        ..Table::default()
    }
}

/// `row_format=COMPRESSED partitioned "x"='a b'`, one by one. That a table is partitioned is told elsewhere.
fn settings(text: &str) -> Vec<String> {
    let mut settings = Vec::new();
    let mut current = String::new();
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (None, ' ') => settings.push(std::mem::take(&mut current)),
            (None, '\'' | '"' | '`') => {
                quote = Some(character);
                current.push(character);
            }
            _ => {
                if quote == Some(character) {
                    quote = None;
                }
                current.push(character);
            }
        }
    }
    settings.push(current);
    settings.retain(|setting| !setting.is_empty() && setting != "partitioned");
    settings
        .into_iter()
        .map(|setting| match setting.split_once('=') {
            Some((key, value)) if key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => {
                format!("{}={value}", key.to_ascii_uppercase())
            }
            _ => setting,
        })
        .collect()
}

fn take_keys(rows: &Rows, dialect: Dialect, tables: &mut HashMap<&str, Table>) {
    let indexes: Vec<&Row> = rows.indexes.iter().collect();
    let parsers = index::parsers(rows);
    for rows in indexes.chunk_by(|a, b| a.text(0) == b.text(0) && a.text(1) == b.text(1)) {
        if let Some(table) = tables.get_mut(rows[0].text_or_empty(0)) {
            let of = (
                rows[0].text_or_empty(0),
                rows[0].text_or_empty(1).to_owned(),
            );
            index::take(dialect, rows, parsers.get(&of), table);
        }
    }
    for (table, key) in foreign_key::foreign_keys(rows) {
        if let Some(table) = tables.get_mut(table) {
            table.foreign_keys.push(key);
        }
    }
    for row in &rows.checks {
        if let Some(table) = tables.get_mut(row.text_or_empty(0)) {
            table.checks.push(index::check(dialect, row));
        }
    }
}

fn take_routines(rows: &Rows, dialect: Dialect, collation: &str, schema: &mut Schema) {
    let mut parameters: HashMap<(&str, &str), Vec<&Row>> = HashMap::new();
    for row in &rows.parameters {
        let of = (row.text_or_empty(0), row.text_or_empty(1));
        parameters.entry(of).or_default().push(row);
    }
    for row in &rows.routines {
        let (name, kind) = (row.text_or_empty(0), row.text_or_empty(1));
        let parameters = parameters.get(&(name, kind));
        let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
        match routine::routine(dialect, row, parameters, collation) {
            Some(routine) => schema.routines.push(routine),
            None => schema
                .not_understood
                .push(format!("{} {name}", kind.to_lowercase())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_settings_are_told_apart() {
        let text = "row_format=COMPRESSED key_block_size=8 partitioned `ENCRYPTED`='a b'";
        assert_eq!(
            settings(text),
            [
                "ROW_FORMAT=COMPRESSED",
                "KEY_BLOCK_SIZE=8",
                "`ENCRYPTED`='a b'"
            ]
        );
        assert!(settings("").is_empty());
    }
}
