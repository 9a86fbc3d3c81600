//! PostgreSQL's types as the types of an entity's fields.

use std::sync::Arc;

use sea_orm::sea_query::{Alias, ColumnType, IntoIden as _, StringLen};

use super::types::{object_name, quote_if_needed};
use crate::dialect::entities::EntityType;
use crate::dialect::types::scan::{self, Kind};
use crate::schema::{Column, EnumType, Identity, Schema, Table};

pub(crate) fn entity_type(schema: &Schema, table: &Table, column: &Column) -> EntityType {
    let text = column.data_type.as_str();
    if let Some(Identity::Serial { sequence }) = &column.identity {
        let name = object_name(&table.name.name, &column.name, "seq");
        let word = match text {
            "smallint" => "smallserial",
            "bigint" => "bigserial",
            _ => "serial",
        };
        if sequence.name == name && sequence.namespace == table.name.namespace {
            return EntityType {
                declared: Some(ColumnType::custom(word)),
                ..plain(text).unwrap_or(ColumnType::Integer).into()
            };
        }
    }
    if let Some(kind) = plain(text).or_else(|| of_enum(schema, text)) {
        return kind.into();
    }
    if let Some(element) = text.strip_suffix("[]")
        && let Some(kind) = plain(element).or_else(|| of_enum(schema, element))
        // SeaORM has no arrays of bytes.
        && kind != ColumnType::Blob
    {
        return ColumnType::Array(Arc::new(kind)).into();
    }
    // What SeaORM has no Rust type for goes over the wire as text, and so do addresses: their Rust type is
    // there only with a feature that is off by default.
    EntityType {
        kind: ColumnType::Text,
        declared: Some(ColumnType::custom(text.to_owned())),
        casts: Some(("text", text.to_owned())),
        built_in: BUILT_IN.contains(&parts(text.trim_end_matches("[]")).0),
    }
}

/// Types of `pg_catalog` that SeaORM has no word or no Rust type for.
const BUILT_IN: &[&str] = &[
    "bit",
    "bit varying",
    "box",
    "circle",
    "cidr",
    "datemultirange",
    "daterange",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "interval",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "nummultirange",
    "numrange",
    "oid",
    "path",
    "pg_lsn",
    "point",
    "polygon",
    "regclass",
    "regtype",
    "time",
    "time with time zone",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "xml",
];

/// Functions of `pg_catalog` that defaults are made of.
const FUNCTIONS: &[&str] = &[
    "array_to_string",
    "clock_timestamp",
    "coalesce",
    "date_part",
    "date_trunc",
    "extract",
    "floor",
    "gen_random_uuid",
    "jsonb_build_array",
    "jsonb_build_object",
    "lower",
    "make_interval",
    "md5",
    "now",
    "random",
    "round",
    "statement_timestamp",
    "substr",
    "substring",
    "timezone",
    "to_char",
    "to_timestamp",
    "transaction_timestamp",
    "upper",
];

/// Whether every function in an expression is PostgreSQL's own, and no sequence is read.
pub(crate) fn calls_only_its_own(sql: &str) -> bool {
    let tokens = scan::tokens(sql, false);
    tokens.iter().enumerate().all(|(at, token)| {
        let called = tokens
            .get(at + 1)
            .is_some_and(|next| next.kind == Kind::Group);
        // Behind `::` stands a type.
        let cast = at > 0 && tokens[at - 1].text.ends_with(':');
        match token.kind {
            Kind::Group => calls_only_its_own(token.inside()),
            Kind::Word | Kind::Name if called && !cast => FUNCTIONS.contains(&token.text),
            _ => true,
        }
    })
}

fn of_enum(schema: &Schema, text: &str) -> Option<ColumnType> {
    let named =
        |it: &&EnumType| it.name.namespace.is_none() && quote_if_needed(&it.name.name) == text;
    let found = schema.enums.iter().find(named)?;
    Some(ColumnType::Enum {
        name: Alias::new(&found.name.name).into_iden(),
        variants: found
            .values
            .iter()
            .map(|value| Alias::new(value).into_iden())
            .collect(),
    })
}

fn plain(text: &str) -> Option<ColumnType> {
    if text.ends_with("[]") {
        return None;
    }
    let (base, numbers, tail) = parts(text);
    let first = numbers.first().copied();
    Some(match (base, tail) {
        ("character varying", _) => ColumnType::String(first.map_or(StringLen::None, StringLen::N)),
        ("character", _) => ColumnType::Char(first),
        ("text", _) => ColumnType::Text,
        ("smallint", _) => ColumnType::SmallInteger,
        ("integer", _) => ColumnType::Integer,
        ("bigint", _) => ColumnType::BigInteger,
        ("real", _) => ColumnType::Float,
        ("double precision", _) => ColumnType::Double,
        ("numeric", _) => ColumnType::Decimal(first.zip(numbers.get(1).copied())),
        ("timestamp", "with time zone") | ("timestamp with time zone", _) => {
            ColumnType::TimestampWithTimeZone
        }
        ("timestamp", _) | ("timestamp without time zone", _) => ColumnType::DateTime,
        ("time", "without time zone") | ("time without time zone", _) => ColumnType::Time,
        ("date", _) => ColumnType::Date,
        ("bytea", _) => ColumnType::Blob,
        ("boolean", _) => ColumnType::Boolean,
        ("json", _) => ColumnType::Json,
        ("jsonb", _) => ColumnType::JsonBinary,
        ("uuid", _) => ColumnType::Uuid,
        _ => return None,
    })
}

/// `timestamp(3) with time zone` -> `timestamp`, 3, `with time zone`.
fn parts(text: &str) -> (&str, Vec<u32>, &str) {
    let Some((base, rest)) = text.split_once('(') else {
        return (text, Vec::new(), "");
    };
    let Some((inside, tail)) = rest.split_once(')') else {
        return (text, Vec::new(), "");
    };
    let numbers = inside.split(',').filter_map(|it| it.trim().parse().ok());
    (base, numbers.collect(), tail.trim_start())
}
