//! Data in the way, as SQLite's words tell it: <https://www.sqlite.org/rescode.html#constraint>.

use crate::dialect::DbError;
use crate::dialect::offending::{Breach, Broken};
use crate::schema::Name;

/// What numbers the rows of a table without a key of its own.
pub(crate) const ROW_NUMBER: &str = "rowid";

pub(crate) fn breach(error: &DbError) -> Option<Breach> {
    let words = error.message.as_str();
    if let Some(columns) = words.strip_prefix("UNIQUE constraint failed: ") {
        let mut breach = Breach::of(Broken::Unique);
        match columns.strip_prefix("index '") {
            Some(index) => breach.constraint = index.strip_suffix('\'').map(str::to_owned),
            None => take_columns(&mut breach, columns),
        }
        return Some(breach);
    }
    if let Some(column) = words.strip_prefix("NOT NULL constraint failed: ") {
        let mut breach = Breach::of(Broken::NotNull);
        take_columns(&mut breach, column);
        return Some(breach);
    }
    if let Some(name) = words.strip_prefix("CHECK constraint failed: ") {
        let mut breach = Breach::of(Broken::Check);
        breach.constraint = Some(name.to_owned());
        return Some(breach);
    }
    // cannot store TEXT value in INTEGER column t.c
    let (_, rest) = words
        .strip_prefix("cannot store ")?
        .split_once(" value in ")?;
    let (data_type, column) = rest.split_once(" column ")?;
    let mut breach = Breach::of(Broken::Type);
    take_columns(&mut breach, column);
    breach.value = Some(data_type.to_owned());
    Some(breach)
}

/// Reads `t.a, t.b`.
fn take_columns(breach: &mut Breach, text: &str) {
    for column in text.split(", ") {
        if let Some((table, column)) = column.split_once('.') {
            breach.table = Some(Name::new(table));
            breach.columns.push(column.to_owned());
        }
    }
}

/// True of what a column of a STRICT table does not take.
pub(crate) fn unfit(value: &str, data_type: &str) -> Option<String> {
    let kinds = match data_type.to_ascii_uppercase().as_str() {
        "INTEGER" | "INT" => "'integer', 'null'",
        "REAL" => "'real', 'integer', 'null'",
        "TEXT" => "'text', 'integer', 'real', 'null'",
        "BLOB" => "'blob', 'null'",
        _ => return None,
    };
    Some(format!("typeof({value}) NOT IN ({kinds})"))
}
