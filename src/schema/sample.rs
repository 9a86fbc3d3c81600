//! Rows that a schema takes, made from the schema alone: to see whether they live through a change.

use std::collections::HashMap;

use super::{Check, EnumType, Identity, IndexKey, Name, Schema, Table};

/// A row: its table, and its columns with their values as text, which every database reads as what the
/// column is. NULL is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleRow {
    pub table: Name,
    pub values: Vec<(String, String)>,
    /// Values that the database gives by itself, as they are expected.
    pub numbered: Vec<(String, String)>,
}

/// `count` rows for each table, those that others refer to first.
///
/// What a check demands is not known here: a row may be refused.
pub fn sample_rows(schema: &Schema, count: usize) -> Vec<SampleRow> {
    let mut sampler = Sampler::new(schema);
    let mut rows = Vec::new();
    for table in sampler.tables() {
        for n in 0..count {
            let row = sampler.row(table, n, 0);
            sampler.keep(&row);
            rows.push(row);
        }
    }
    rows
}

/// Makes rows one after the other, each of which refers to rows that were kept.
#[derive(Debug)]
pub struct Sampler<'a> {
    schema: &'a Schema,
    made: HashMap<(Name, String), Vec<String>>,
}

impl<'a> Sampler<'a> {
    pub fn new(schema: &'a Schema) -> Sampler<'a> {
        Sampler {
            schema,
            made: HashMap::new(),
        }
    }

    /// The tables that take rows, those that others refer to first. Partitions get theirs through the table that
    /// is divided.
    pub fn tables(&self) -> Vec<&'a Table> {
        let mut tables = in_order(self.schema);
        tables.retain(|table| table.partition_of.is_none());
        tables
    }

    /// The row number `n` of a table. Where one was refused, another `attempt` gives other values: shorter ones, and
    /// those that the table's checks name.
    pub fn row(&self, table: &Table, n: usize, attempt: usize) -> SampleRow {
        let mut row = SampleRow {
            table: table.name.clone(),
            values: Vec::new(),
            numbered: Vec::new(),
        };
        for column in &table.columns {
            if column.generated.is_some() {
                continue;
            }
            let value = referred(table, &column.name, n, &self.made)
                .or_else(|| checked(table, &column.name, n, attempt))
                .or_else(|| value(self.schema, table, &column.name, n, attempt));
            let Some(value) = value else { continue };
            let always = matches!(
                column.identity,
                Some(Identity::Generated { always: true, .. })
            );
            let values = if always {
                &mut row.numbered
            } else {
                &mut row.values
            };
            values.push((column.name.clone(), value));
        }
        row
    }

    /// The row is there: later ones may refer to it.
    pub fn keep(&mut self, row: &SampleRow) {
        for (column, value) in row.values.iter().chain(&row.numbered) {
            self.made
                .entry((row.table.clone(), column.clone()))
                .or_default()
                .push(value.clone());
        }
    }
}

/// A value that a check of the table names beside the column, or one that is near it.
fn checked(table: &Table, column: &str, n: usize, attempt: usize) -> Option<String> {
    let attempt = attempt.checked_sub(1)?;
    let of_column = |check: &&Check| {
        let words = check
            .expression
            .split(|next: char| !next.is_alphanumeric() && next != '_');
        words.into_iter().any(|word| word == column)
    };
    let mut literals = Vec::new();
    for check in table.checks.iter().filter(of_column) {
        let texts = check.expression.split('\'').skip(1).step_by(2);
        literals.extend(texts.map(str::to_owned));
        let numbers = check
            .expression
            .split(|next: char| !next.is_ascii_alphanumeric() && next != '_')
            .filter_map(|word| word.parse::<i64>().ok());
        let step = i64::try_from(n + 1).ok()?;
        literals.extend(
            numbers
                .flat_map(|it| [it + step, it - step])
                .map(|it| it.to_string()),
        );
    }
    literals.get(attempt % literals.len().max(1)).cloned()
}

/// Tables after those that they refer to, as far as there is such an order.
fn in_order(schema: &Schema) -> Vec<&Table> {
    let mut left: Vec<&Table> = schema.tables.iter().collect();
    let mut ordered: Vec<&Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let ready = left.iter().position(|table| {
            table.foreign_keys.iter().all(|key| {
                key.references == table.name
                    || left.iter().all(|other| other.name != key.references)
            })
        });
        // In a circle somebody has to begin.
        ordered.push(left.remove(ready.unwrap_or_default()));
    }
    ordered
}

/// The value of the row that a foreign key refers to.
fn referred(
    table: &Table,
    column: &str,
    n: usize,
    made: &HashMap<(Name, String), Vec<String>>,
) -> Option<String> {
    let (key, at) = table
        .foreign_keys
        .iter()
        .find_map(|key| Some((key, key.columns.iter().position(|one| one == column)?)))?;
    let theirs = key.referenced_columns.get(at)?;
    let there = made.get(&(key.references.clone(), theirs.clone()))?;
    there.get(n % there.len().max(1)).cloned()
}

fn value(schema: &Schema, table: &Table, column: &str, n: usize, attempt: usize) -> Option<String> {
    let column = table.column(column)?;
    let number = n + 1;
    if column.identity.is_some() {
        return Some(number.to_string());
    }
    let data_type = column.data_type.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| data_type.contains(word));
    // One after the other, where the row's own was refused.
    let at = attempt.checked_sub(1).unwrap_or(n);
    if let Some(of_enum) = enum_value(&schema.enums, &column.data_type, at) {
        return Some(of_enum);
    }
    // A nullable column without a shape that is known stays empty.
    if data_type.ends_with("[]") {
        return (!column.nullable).then(|| "{}".to_owned());
    }
    if data_type.starts_with("enum(") || data_type.starts_with("set(") {
        let values = data_type_values(&column.data_type);
        return values.get(at % values.len().max(1)).cloned();
    }
    // MariaDB's JSON is text that a check keeps valid.
    let checked = table.checks.iter().any(|check| {
        let expression = check.expression.to_lowercase();
        expression.contains("json_valid") && expression.contains(&column.name.to_lowercase())
    });
    let value = if checked || has(&["json"]) {
        format!("{{\"n\": {number}}}")
    } else if has(&["bool", "tinyint(1)"]) {
        (number % 2).to_string()
    } else if has(&["uuid"]) {
        format!("00000000-0000-4000-8000-{number:012}")
    } else if has(&["timestamp", "datetime"]) {
        format!("2024-01-{:02} 10:20:30", number % 28 + 1)
    } else if has(&["date"]) {
        format!("2024-01-{:02}", number % 28 + 1)
    } else if has(&["time"]) {
        format!("10:20:{:02}", number % 60)
    } else if !column.nullable && has(&["interval"]) {
        format!("{number} days")
    } else if !column.nullable && has(&["inet6"]) {
        format!("::{number:x}")
    } else if !column.nullable && has(&["inet", "cidr"]) {
        format!("10.0.0.{}", number % 256)
    } else if has(&[
        "interval", "inet", "cidr", "mac", "xml", "point", "geom", "vector", "range",
    ]) {
        return None;
    } else if has(&[
        "int", "serial", "num", "dec", "real", "double", "float", "money", "bit", "year",
    ]) {
        number.to_string()
    } else if has(&["char", "text", "clob", "blob", "bytea", "binary", "name"])
        || data_type.is_empty()
    {
        text(&data_type, number, attempt)
    } else if column.nullable {
        return None;
    } else {
        number.to_string()
    };
    Some(value)
}

/// Text that is as long as the type allows, where that is short; short by itself at another attempt.
fn text(data_type: &str, number: usize, attempt: usize) -> String {
    let limit = data_type
        .split_once('(')
        .and_then(|(_, rest)| {
            rest.split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        })
        .unwrap_or(usize::MAX);
    let long = format!("行 {number}");
    if attempt == 0 && long.chars().count() <= limit {
        long
    } else {
        number.to_string()
    }
}

fn enum_value(enums: &[EnumType], data_type: &str, n: usize) -> Option<String> {
    let found = enums.iter().find(|one| {
        one.name.name == data_type
            || one.name.to_string() == data_type
            || format!("\"{}\"", one.name.name) == data_type
    })?;
    found.values.get(n % found.values.len().max(1)).cloned()
}

/// The values of MySQL's `enum('a','b')`.
fn data_type_values(data_type: &str) -> Vec<String> {
    let inside = data_type
        .split_once('(')
        .map_or("", |(_, rest)| rest.trim_end_matches(')'));
    inside
        .split("','")
        .map(|value| value.trim_matches('\'').replace("''", "'"))
        .collect()
}

/// The columns that both tables have, by name, and in which both keep what they are given: what of a row can be
/// compared across a change.
pub fn common_columns(one: &Table, other: &Table) -> Vec<String> {
    let keeps =
        |table: &Table, name: &str| table.column(name).is_some_and(|it| it.generated.is_none());
    one.columns
        .iter()
        .filter(|column| column.generated.is_none() && keeps(other, &column.name))
        .map(|column| column.name.clone())
        .collect()
}

/// The columns by which a table's rows can be put in order: its key, else all of them.
pub fn order_columns(table: &Table) -> Vec<String> {
    let key: Vec<String> = table
        .primary_key
        .iter()
        .flat_map(|key| &key.columns)
        .filter_map(|part| match &part.key {
            IndexKey::Column(name) => Some(name.clone()),
            IndexKey::Expression(_) => None,
        })
        .collect();
    if key.is_empty() {
        table
            .columns
            .iter()
            .map(|column| column.name.clone())
            .collect()
    } else {
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Column, ForeignKey};

    fn column(name: &str, data_type: &str) -> Column {
        Column {
            name: name.to_owned(),
            data_type: data_type.to_owned(),
            ..Column::default()
        }
    }

    #[test]
    fn rows_refer_to_rows_that_come_before_them() {
        let child = Table {
            name: Name::new("child"),
            columns: vec![column("parent", "integer")],
            foreign_keys: vec![ForeignKey {
                columns: vec!["parent".to_owned()],
                references: Name::new("parent"),
                referenced_columns: vec!["id".to_owned()],
                ..ForeignKey::default()
            }],
            ..Table::default()
        };
        let parent = Table {
            name: Name::new("parent"),
            columns: vec![column("id", "integer"), column("code", "character(2)")],
            ..Table::default()
        };
        let schema = Schema {
            tables: vec![child, parent],
            ..Schema::default()
        };
        let rows = sample_rows(&schema, 2);
        let shown: Vec<String> = rows
            .iter()
            .map(|row| format!("{} {:?}", row.table, row.values))
            .collect();
        assert_eq!(
            shown,
            [
                "parent [(\"id\", \"1\"), (\"code\", \"1\")]",
                "parent [(\"id\", \"2\"), (\"code\", \"2\")]",
                "child [(\"parent\", \"1\")]",
                "child [(\"parent\", \"2\")]",
            ]
        );
    }

    #[test]
    fn the_values_of_an_enum_are_read_from_its_type() {
        assert_eq!(data_type_values("enum('a','it''s')"), ["a", "it's"]);
    }
}
