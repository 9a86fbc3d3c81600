//! Which changes lose data, and what is lost.

use super::{Change, Op};
use crate::schema::{Column, Name, Table};

impl Op {
    /// What data is lost for good when this runs: `column students.phone`. `None` where nothing is.
    ///
    /// A type that holds less counts, also where a strict server would refuse instead of cutting.
    pub fn destroys(&self) -> Option<String> {
        match self {
            Op::Table(change) => match &**change {
                Change::Drop(table) => Some(format!("table {}", table.name)),
                Change::Alter { from, to } => lost_in_rebuild(from, to),
                Change::Add(_) => None,
            },
            Op::Column { table, change, .. } => match &**change {
                Change::Drop(column) => lost_with(table, column),
                Change::Alter { from, to } => lost_by_change(table, from, to),
                Change::Add(_) => None,
            },
            Op::Sequence(Change::Drop(sequence)) => {
                Some(format!("the position of sequence {}", sequence.name))
            }
            _ => None,
        }
    }
}

fn lost_with(table: &Name, column: &Column) -> Option<String> {
    column
        .generated
        .is_none()
        .then(|| format!("column {table}.{}", column.name))
}

fn lost_by_change(table: &Name, from: &Column, to: &Column) -> Option<String> {
    if from.generated.is_some() {
        return None;
    }
    if to.generated.is_some() {
        return Some(format!("the values of column {table}.{}", from.name));
    }
    narrows(&from.data_type, &to.data_type).then(|| {
        format!(
            "what {} cannot hold of column {table}.{} ({})",
            to.data_type, from.name, from.data_type
        )
    })
}

fn lost_in_rebuild(from: &Table, to: &Table) -> Option<String> {
    let lost: Vec<String> = from
        .columns
        .iter()
        .filter_map(|column| match to.column(&column.name) {
            None => lost_with(&from.name, column),
            Some(kept) => lost_by_change(&from.name, column, kept),
        })
        .collect();
    (!lost.is_empty()).then(|| lost.join(", "))
}

/// Whether a value of type `from` may not fit `to`. Types it knows nothing of count as narrower.
fn narrows(from: &str, to: &str) -> bool {
    if from == to {
        return false;
    }
    if let (Some(from), Some(to)) = (listed(from), listed(to)) {
        return from.iter().any(|value| !to.contains(value));
    }
    let (from, to) = (Shape::of(from), Shape::of(to));
    if from.array != to.array {
        // All of PostgreSQL's values can be written out.
        return !(from.array && to.base == "text");
    }
    match (from.family, to.family) {
        (_, Family::Text) if !from.array && to.numbers.is_empty() => {
            from.family == Family::Text && to.rank < from.rank
        }
        (a, b) if a == b && a != Family::Unknown => {
            to.rank < from.rank
                || from.unsigned && !to.unsigned && to.rank == from.rank
                || !from.unsigned && to.unsigned
                || to.rank == from.rank && shorter(&from.numbers, &to.numbers)
        }
        (Family::Integer, Family::Float) => from.rank > if to.rank == 3 { 4 } else { 3 },
        (Family::Integer, Family::Exact) => !to.numbers.is_empty(),
        _ => from.base != to.base || shorter(&from.numbers, &to.numbers),
    }
}

/// The values of MySQL's `enum('a','b')` or `set('a','b')`, each as it is written there.
fn listed(data_type: &str) -> Option<Vec<&str>> {
    let inside = data_type
        .strip_prefix("enum(")
        .or_else(|| data_type.strip_prefix("set("))?
        .strip_suffix(')')?;
    Some(inside.trim_matches('\'').split("','").collect())
}

/// `numeric(12,2)` holds all of `numeric(10,2)`, not of `numeric(10,4)`: no number may shrink, nor
/// may the digits before the point. No number at all is no limit.
fn shorter(from: &[u64], to: &[u64]) -> bool {
    if to.is_empty() {
        return false;
    }
    if from.is_empty() {
        return true;
    }
    let scale = |numbers: &[u64]| numbers.get(1).copied().unwrap_or(0);
    scale(to) < scale(from) || to[0].saturating_sub(scale(to)) < from[0].saturating_sub(scale(from))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Integer,
    Float,
    Exact,
    Text,
    Bytes,
    Unknown,
}

struct Shape {
    /// Without its numbers: `timestamp with time zone` of `timestamp(3) with time zone`.
    base: String,
    family: Family,
    rank: u8,
    numbers: Vec<u64>,
    unsigned: bool,
    array: bool,
}

impl Shape {
    fn of(text: &str) -> Self {
        let lower = text.to_ascii_lowercase();
        let (before, inside, after) = match lower.split_once('(') {
            Some((before, rest)) => match rest.split_once(')') {
                Some((inside, after)) => (before.trim(), inside, after.trim()),
                None => (before.trim(), rest, ""),
            },
            None => (lower.as_str(), "", ""),
        };
        let array = lower.ends_with("[]");
        let unsigned = lower.contains(" unsigned");
        let base = format!("{before} {after}")
            .replace("[]", "")
            .replace("unsigned", "")
            .trim()
            .to_owned();
        let mut numbers: Vec<u64> = inside
            .split(',')
            .filter_map(|number| number.trim().parse().ok())
            .collect();
        let (family, rank) = family(&base, numbers.is_empty());
        // An integer's number is the width that it is shown in, not what it holds.
        if family == Family::Integer {
            numbers.clear();
        }
        // MySQL's; PostgreSQL says `without time zone`, and keeps microseconds.
        if numbers.is_empty() && matches!(base.as_str(), "datetime" | "timestamp" | "time") {
            numbers.push(0);
        }
        Shape {
            base,
            family,
            rank,
            numbers,
            unsigned,
            array,
        }
    }
}

fn family(base: &str, unlimited: bool) -> (Family, u8) {
    match base {
        "tinyint" => (Family::Integer, 1),
        "smallint" => (Family::Integer, 2),
        "mediumint" => (Family::Integer, 3),
        "integer" | "int" => (Family::Integer, 4),
        "bigint" => (Family::Integer, 8),
        "real" | "float" => (Family::Float, 1),
        "double precision" | "double" => (Family::Float, 3),
        "numeric" | "decimal" => (Family::Exact, 1),
        "character varying" | "varchar" if unlimited => (Family::Text, 3),
        "character" | "char" | "character varying" | "varchar" | "tinytext" => (Family::Text, 1),
        "text" => (Family::Text, 3),
        "mediumtext" => (Family::Text, 4),
        "longtext" => (Family::Text, 5),
        "binary" | "varbinary" | "tinyblob" => (Family::Bytes, 1),
        "blob" | "bytea" => (Family::Bytes, 2),
        "mediumblob" => (Family::Bytes, 3),
        "longblob" => (Family::Bytes, 4),
        _ => (Family::Unknown, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::narrows;

    #[test]
    fn a_type_that_holds_less_is_told_from_one_that_holds_more() {
        for (from, to, expected) in [
            ("integer", "bigint", false),
            ("bigint", "integer", true),
            ("int(10) unsigned", "int(11)", true),
            ("int(11)", "bigint(20)", false),
            ("character varying(50)", "character varying(100)", false),
            ("character varying(50)", "character varying(20)", true),
            ("character varying(50)", "character varying", false),
            ("character varying", "text", false),
            ("text", "character varying", false),
            ("text", "character varying(50)", true),
            ("datetime(6)", "datetime", true),
            ("datetime", "datetime(6)", false),
            ("numeric(10,2)", "numeric(12,2)", false),
            ("numeric(10,2)", "numeric(12,4)", false),
            ("numeric(10,2)", "numeric(10,4)", true),
            ("numeric(10,2)", "numeric", false),
            ("integer", "double precision", false),
            ("bigint", "double precision", true),
            ("double precision", "integer", true),
            ("longtext", "text", true),
            ("jsonb", "text", false),
            ("jsonb", "json", true),
            ("integer[]", "integer", true),
            ("integer[]", "text", false),
            ("enum('a','b')", "enum('b','it''s','a')", false),
            ("enum('a','b')", "enum('a')", true),
            ("set('a','b')", "set('b','a')", false),
            ("enum('a','b')", "varchar(1)", true),
            (
                "timestamp(6) with time zone",
                "timestamp with time zone",
                false,
            ),
        ] {
            assert_eq!(narrows(from, to), expected, "{from} -> {to}");
        }
    }
}
