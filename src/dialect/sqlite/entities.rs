//! SQLite's declared types as the types of an entity's fields: by the words that people use, then by affinity.

use sea_orm::sea_query::{ColumnType, StringLen};

use crate::dialect::entities::EntityType;
use crate::schema::Column;

pub(crate) fn entity_type(column: &Column) -> EntityType {
    let lower = column.data_type.to_ascii_lowercase();
    let (base, inside) = match lower.split_once('(') {
        Some((base, rest)) => (base.trim(), rest.split(')').next().unwrap_or_default()),
        None => (lower.as_str(), ""),
    };
    let length: Option<u32> = inside.trim().parse().ok();
    let has = |word: &str| base.contains(word);
    let kind = match base {
        "boolean" | "bool" => ColumnType::Boolean,
        "tinyint" => ColumnType::TinyInteger,
        "smallint" => ColumnType::SmallInteger,
        "char" => ColumnType::Char(length),
        "varchar" => ColumnType::String(length.map_or(StringLen::None, StringLen::N)),
        "date" | "date_text" => ColumnType::Date,
        "time" | "time_text" => ColumnType::Time,
        "datetime" | "datetime_text" => ColumnType::DateTime,
        "timestamp" | "timestamp_text" => ColumnType::Timestamp,
        "timestamp_with_timezone_text" => ColumnType::TimestampWithTimeZone,
        "json" | "json_text" => ColumnType::Json,
        "jsonb" | "jsonb_text" => ColumnType::JsonBinary,
        "uuid" | "uuid_text" => ColumnType::Uuid,
        "float" => ColumnType::Float,
        // A row's number has 64 bits.
        _ if has("int") => ColumnType::BigInteger,
        _ if has("char") || has("clob") || has("text") => ColumnType::Text,
        "" => ColumnType::Blob,
        _ if has("blob") => ColumnType::Blob,
        _ if has("real") || has("floa") || has("doub") || has("dec") || has("num") => {
            ColumnType::Double
        }
        _ => ColumnType::Text,
    };
    kind.into()
}
