//! MySQL's and MariaDB's types as the types of an entity's fields.

use sea_orm::sea_query::{Alias, ColumnType, IntoIden as _, StringLen};

use crate::dialect::Dialect;
use crate::dialect::entities::EntityType;
use crate::dialect::types::scan::{self, Kind};
use crate::schema::{Column, Table};

pub(crate) fn entity_type(dialect: Dialect, table: &Table, column: &Column) -> EntityType {
    if is_json(dialect, table, column) {
        return EntityType {
            declared: Some(ColumnType::Json),
            ..ColumnType::Json.into()
        };
    }
    let text = column.data_type.as_str();
    let base = text
        .split(|next: char| !next.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    let unsigned = text.contains(" unsigned");
    let numbers: Vec<u32> = text
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(inside, _)| inside.split(',').filter_map(|it| it.parse().ok()).collect())
        .unwrap_or_default();
    let first = numbers.first().copied();
    let kind = match (base, unsigned) {
        ("tinyint", false) if first == Some(1) => ColumnType::Boolean,
        ("tinyint", false) => ColumnType::TinyInteger,
        ("tinyint", true) => ColumnType::TinyUnsigned,
        ("smallint", false) => ColumnType::SmallInteger,
        ("smallint", true) => ColumnType::SmallUnsigned,
        ("mediumint" | "int", false) => ColumnType::Integer,
        ("mediumint" | "int", true) => ColumnType::Unsigned,
        ("bigint", false) => ColumnType::BigInteger,
        ("bigint", true) => ColumnType::BigUnsigned,
        ("float", _) => ColumnType::Float,
        ("double", _) => ColumnType::Double,
        ("decimal", _) => ColumnType::Decimal(first.zip(numbers.get(1).copied())),
        ("date", _) => ColumnType::Date,
        ("time", _) => ColumnType::Time,
        ("datetime", _) => ColumnType::DateTime,
        ("timestamp", _) => ColumnType::Timestamp,
        ("year", _) => ColumnType::Year,
        ("char", _) => ColumnType::Char(first),
        ("varchar", _) => ColumnType::String(first.map_or(StringLen::None, StringLen::N)),
        ("binary", _) => ColumnType::Binary(first.unwrap_or(1)),
        ("varbinary", _) => ColumnType::VarBinary(first.map_or(StringLen::None, StringLen::N)),
        // The driver reads bits as a number, and as nothing else.
        ("bit", _) => ColumnType::BigUnsigned,
        ("json", _) => ColumnType::Json,
        ("tinyblob" | "blob" | "mediumblob" | "longblob", _) => ColumnType::Blob,
        (
            "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring"
            | "multipolygon" | "geometrycollection" | "geomcollection" | "vector",
            _,
        ) => ColumnType::Blob,
        ("enum", _) => of_enum(table, column),
        _ => ColumnType::Text,
    };
    kind.into()
}

/// On MariaDB JSON is text with a check.
fn is_json(dialect: Dialect, table: &Table, column: &Column) -> bool {
    let wanted = format!("json_valid({})", dialect.quote(&column.name));
    column.data_type == "longtext"
        && column.collation.as_deref() == Some("utf8mb4_bin")
        && table.checks.iter().any(|check| {
            check.name.as_deref() == Some(column.name.as_str()) && check.expression == wanted
        })
}

/// The type has no name here: table and column make one.
fn of_enum(table: &Table, column: &Column) -> ColumnType {
    let tokens = scan::tokens(&column.data_type, true);
    let inside = tokens.iter().find(|token| token.kind == Kind::Group);
    let values = inside.map_or(Vec::new(), |group| scan::tokens(group.inside(), true));
    ColumnType::Enum {
        name: Alias::new(format!("{}_{}", table.name.name, column.name)).into_iden(),
        variants: values
            .iter()
            .filter(|token| token.kind == Kind::Literal)
            .map(|token| {
                let text = &token.text[1..token.text.len() - 1];
                Alias::new(text.replace("''", "'")).into_iden()
            })
            .collect(),
    }
}
