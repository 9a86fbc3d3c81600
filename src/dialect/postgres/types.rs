//! PostgreSQL's spelling of types and defaults, as `format_type` and `pg_get_expr` give them back.

mod canonical;
mod default;
mod names;

use sea_orm::sea_query::{
    ColumnType, Expr, PgInterval, PostgresQueryBuilder, Query, StringLen, TableCreateStatement,
};

pub(crate) use canonical::{canonical, quote_if_needed};
pub(crate) use names::object_name;

use crate::dialect::Dialect;
use crate::dialect::types::{ServerFacts, Spelling};
use crate::schema::{Column, EnumType, Identity, Name, Table};

pub(crate) struct Postgres;

impl Spelling for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn data_type(&self, kind: &ColumnType) -> Option<String> {
        data_type(kind)
    }

    fn default(&self, kind: &ColumnType, data_type: &str, value: &Expr) -> Option<String> {
        default::default(kind, data_type, value)
    }

    fn number(&self, column: &mut Column) -> bool {
        if serial(&column.data_type).is_some() {
            return true;
        }
        if !matches!(column.data_type.as_str(), "smallint" | "integer" | "bigint") {
            return false;
        }
        // As SeaORM does without its feature `postgres-use-serial-pk`.
        column.identity = Some(Identity::Generated {
            always: false,
            options: None,
        });
        column.default = None;
        column.nullable = false;
        true
    }

    fn expression(&self, expression: &Expr) -> String {
        expression_text(expression)
    }

    fn render(&self, statement: &TableCreateStatement) -> String {
        statement.to_string(PostgresQueryBuilder)
    }

    fn settle(&self, table: &mut Table, facts: &ServerFacts) {
        names::settle(table, facts);
    }
}

/// The type of the numbers of a column that is written as `serial`: no type, but an integer with a sequence.
fn serial(data_type: &str) -> Option<&'static str> {
    Some(match data_type {
        "smallserial" | "serial2" => "smallint",
        "serial" | "serial4" => "integer",
        "bigserial" | "serial8" => "bigint",
        _ => return None,
    })
}

/// The enums that columns of the type `Enum` ask for.
pub(crate) fn enums(statement: &TableCreateStatement) -> Vec<EnumType> {
    let mut found = Vec::new();
    for column in statement.get_columns() {
        let mut kind = column.get_column_type();
        while let Some(ColumnType::Array(element)) = kind {
            kind = Some(element);
        }
        if let Some(ColumnType::Enum { name, variants }) = kind {
            found.push(EnumType {
                name: Name::new(name.to_string()),
                values: variants.iter().map(ToString::to_string).collect(),
                comment: None,
            });
        }
    }
    found
}

fn data_type(kind: &ColumnType) -> Option<String> {
    let plain = match kind {
        ColumnType::Char(length) => return Some(format!("character({})", length.unwrap_or(1))),
        ColumnType::String(StringLen::N(length)) => {
            return Some(format!("character varying({length})"));
        }
        ColumnType::Decimal(Some((precision, scale))) => {
            return Some(format!("numeric({precision},{scale})"));
        }
        ColumnType::Interval(fields, precision) => {
            return Some(interval(fields.as_ref(), *precision));
        }
        ColumnType::Bit(length) => return Some(format!("bit({})", length.unwrap_or(1))),
        ColumnType::VarBit(length) => return Some(format!("bit varying({length})")),
        ColumnType::Vector(Some(size)) => return Some(format!("vector({size})")),
        ColumnType::Array(element) => return Some(format!("{}[]", data_type(element)?)),
        ColumnType::Custom(name) => return Some(canonical(&name.to_string())),
        ColumnType::Enum { name, .. } => return Some(quote_if_needed(&name.to_string())),
        ColumnType::String(_) => "character varying",
        ColumnType::Text => "text",
        ColumnType::TinyInteger | ColumnType::TinyUnsigned | ColumnType::SmallInteger => "smallint",
        ColumnType::Integer | ColumnType::SmallUnsigned => "integer",
        ColumnType::BigInteger | ColumnType::Unsigned | ColumnType::BigUnsigned => "bigint",
        ColumnType::Float => "real",
        ColumnType::Double => "double precision",
        ColumnType::Decimal(None) => "numeric",
        ColumnType::DateTime | ColumnType::Timestamp => "timestamp without time zone",
        ColumnType::TimestampWithTimeZone => "timestamp with time zone",
        ColumnType::Time => "time without time zone",
        ColumnType::Date => "date",
        ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => "bytea",
        ColumnType::Boolean => "boolean",
        // PostgreSQL's money has no precision: sea-query would write one, and be refused.
        ColumnType::Money(_) => "money",
        ColumnType::Json => "json",
        ColumnType::JsonBinary => "jsonb",
        ColumnType::Uuid => "uuid",
        ColumnType::Vector(None) => "vector",
        ColumnType::Cidr => "cidr",
        ColumnType::Inet => "inet",
        ColumnType::MacAddr => "macaddr",
        ColumnType::LTree => "ltree",
        _ => return None,
    };
    Some(plain.to_owned())
}

fn interval(fields: Option<&PgInterval>, precision: Option<u32>) -> String {
    let fields = fields.map_or(String::new(), |fields| {
        format!(" {}", fields.to_string().to_ascii_lowercase())
    });
    let precision = precision.map_or(String::new(), |precision| format!("({precision})"));
    format!("interval{fields}{precision}")
}

fn expression_text(expression: &Expr) -> String {
    let mut select = Query::select();
    let sql = select
        .expr(expression.clone())
        .to_string(PostgresQueryBuilder);
    sql.strip_prefix("SELECT ").unwrap_or(&sql).to_owned()
}
