//! The database in memory as a manifest and the contents of its files.

use std::collections::BTreeMap;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use super::encode::{append, encode};
use super::error::StoreError;
use super::manifest::Fingerprint;
use super::memory::{TableShape, pragma};
use crate::dialect::Dialect;

/// One table as its file would be.
#[derive(Debug)]
pub(super) struct Dump {
    pub(super) bytes: Vec<u8>,
    pub(super) rows: u64,
    pub(super) sha256: Fingerprint,
}

/// Writes out all rows of a table: an array, one row a line, by primary key.
///
/// `size_hint_bytes` is how long the file was before.
pub(super) fn dump(
    connection: &Connection,
    table: &TableShape,
    size_hint_bytes: u64,
) -> Result<Dump, StoreError> {
    let labels: Vec<Vec<u8>> = table
        .columns
        .iter()
        .map(|(name, _)| {
            let mut label = Vec::new();
            append(&mut label, name);
            label.extend_from_slice(b": ");
            label
        })
        .collect();
    let hint = usize::try_from(size_hint_bytes).unwrap_or_default();
    let mut bytes = Vec::with_capacity(hint + hint / 8 + 64);
    bytes.push(b'[');
    let mut count = 0;
    let mut statement = connection.prepare(&select(table))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        bytes.extend_from_slice(if count == 0 { b"\n  {" } else { b",\n  {" });
        count += 1;
        let mut first = true;
        for (at, ((column, form), label)) in table.columns.iter().zip(&labels).enumerate() {
            let value = row.get_ref(at)?;
            if value == ValueRef::Null {
                continue;
            }
            if !first {
                bytes.extend_from_slice(b", ");
            }
            first = false;
            bytes.extend_from_slice(label);
            encode(value, *form, &mut bytes).map_err(|reason| StoreError::Value {
                table: table.name.clone(),
                key: key_of(table, row, count),
                column: column.clone(),
                reason,
            })?;
        }
        bytes.push(b'}');
    }
    bytes.extend_from_slice(if count == 0 { b"]\n" } else { b"\n]\n" });
    Ok(Dump {
        sha256: Fingerprint::of(&bytes),
        bytes,
        rows: count,
    })
}

fn select(table: &TableShape) -> String {
    let quote = |name: &String| Dialect::Sqlite.quote(name);
    let columns: Vec<String> = table.columns.iter().map(|(name, _)| quote(name)).collect();
    let mut order: Vec<String> = table.key.iter().map(quote).collect();
    order.extend(table.rowid.map(str::to_owned));
    let order = match order.is_empty() {
        true => String::new(),
        false => format!(" ORDER BY {}", order.join(", ")),
    };
    let name = quote(&table.name);
    format!("SELECT {} FROM main.{name}{order}", columns.join(", "))
}

/// A row's key for a message; its number where the table has no key.
fn key_of(table: &TableShape, row: &Row<'_>, number: u64) -> String {
    let parts: Vec<String> = table
        .key
        .iter()
        .filter_map(|key| {
            let at = table.columns.iter().position(|(name, _)| name == key)?;
            Some(match row.get_ref(at).ok()? {
                ValueRef::Integer(integer) => integer.to_string(),
                ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
                other => format!("({})", other.data_type()),
            })
        })
        .collect();
    match parts.is_empty() {
        true => format!("number {number}"),
        false => parts.join(", "),
    }
}

/// `sqlite_sequence`, which is there only where a table has AUTOINCREMENT.
pub(super) fn sequences(connection: &Connection) -> Result<BTreeMap<String, i64>, StoreError> {
    if !has_sequences(connection)? {
        return Ok(BTreeMap::new());
    }
    let mut statement = connection.prepare(
        "SELECT name, seq FROM main.sqlite_sequence \
         WHERE typeof(name) = 'text' AND typeof(seq) = 'integer'",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn has_sequences(connection: &Connection) -> Result<bool, StoreError> {
    let found = "SELECT count(*) FROM main.sqlite_schema WHERE name = 'sqlite_sequence'";
    Ok(connection.query_row(found, [], |row| row.get(0))?)
}

/// SQLite's two numbers that belong to whoever uses the database.
pub(super) fn user_numbers(connection: &Connection) -> Result<(i64, i64), StoreError> {
    Ok((
        pragma(connection, "user_version")?,
        pragma(connection, "application_id")?,
    ))
}
