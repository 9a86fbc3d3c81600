//! SQLite's spelling of types and defaults: what SeaORM writes, as the pragmas give it back.

use sea_orm::sea_query::{
    Alias, ColumnType, Expr, Keyword, Query, SqliteQueryBuilder, StringLen, TableCreateStatement,
    Value,
};

use crate::dialect::Dialect;
use crate::dialect::types::{ServerFacts, Spelling};
use crate::schema::{Column, Identity, MatchKind, Nulls, SortOrder, Table};

/// The present moment as SeaORM writes a `DateTimeUtc`: SQLite's CURRENT_TIMESTAMP has another form, and would
/// sort wrongly beside it.
const NOW: &str = "strftime('%Y-%m-%dT%H:%M:%f+00:00','now')";

pub(crate) struct Sqlite;

impl Spelling for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn data_type(&self, kind: &ColumnType) -> Option<String> {
        Some(canonical(&data_type(kind)?))
    }

    fn default(&self, kind: &ColumnType, _data_type: &str, value: &Expr) -> Option<String> {
        let text = match value {
            Expr::Keyword(Keyword::Null | Keyword::Default) => return None,
            Expr::Keyword(Keyword::CurrentTimestamp)
                if *kind == ColumnType::TimestampWithTimeZone =>
            {
                NOW.to_owned()
            }
            Expr::Value(Value::String(Some(text))) | Expr::Constant(Value::String(Some(text))) => {
                Dialect::Sqlite.literal(text)
            }
            Expr::Keyword(Keyword::Custom(text)) => text.to_string(),
            Expr::Custom(text) => text.to_string(),
            _ => expression_text(value),
        };
        (!text.eq_ignore_ascii_case("NULL")).then_some(text)
    }

    fn number(&self, column: &mut Column) -> bool {
        if column.data_type != "INTEGER" {
            return false;
        }
        column.identity = Some(Identity::AutoIncrement);
        column.default = None;
        column.nullable = false;
        true
    }

    fn expression(&self, expression: &Expr) -> String {
        expression_text(expression)
    }

    fn render(&self, statement: &TableCreateStatement) -> String {
        let mut bare = statement.clone();
        bare.table(Alias::new("t"));
        bare.to_string(SqliteQueryBuilder)
    }

    fn settle(&self, table: &mut Table, _facts: &ServerFacts) {
        table.name.namespace = None;
        table.comment = None;
        for column in &mut table.columns {
            column.data_type = canonical(&column.data_type);
            column.comment = None;
            column.on_update = None;
        }
        settle_key(table);
        for key in &mut table.foreign_keys {
            key.references.namespace = None;
            // Nothing can ask for it by name, and SeaORM writes none.
            key.name = None;
            key.not_valid = false;
            key.match_kind = MatchKind::Simple;
        }
        for index in &mut table.indexes {
            index.comment = None;
            for part in &mut index.parts {
                part.prefix = None;
                let default = match part.order {
                    SortOrder::Ascending => Nulls::First,
                    SortOrder::Descending => Nulls::Last,
                };
                part.nulls.take_if(|nulls| *nulls == default);
            }
        }
    }
}

/// The column that is the rowid by another name never holds a NULL, nor does a key where there is no rowid.
fn settle_key(table: &mut Table) {
    let Some(key) = &table.primary_key else {
        return;
    };
    let keyless = table.options.iter().any(|it| it == "WITHOUT ROWID");
    let names: Vec<String> = key.columns.iter().map(ToString::to_string).collect();
    let descending = key
        .columns
        .iter()
        .any(|it| it.order == SortOrder::Descending);
    let alone = names.len() == 1 && !descending;
    for column in table
        .columns
        .iter_mut()
        .filter(|it| names.contains(&it.name))
    {
        if keyless || alone && column.data_type == "INTEGER" {
            column.nullable = false;
        }
    }
}

fn data_type(kind: &ColumnType) -> Option<String> {
    let plain = match kind {
        ColumnType::Char(Some(length)) => return Some(format!("char({length})")),
        ColumnType::String(StringLen::N(length)) => return Some(format!("varchar({length})")),
        ColumnType::Decimal(Some((precision, scale))) => {
            return Some(format!("real({precision}, {scale})"));
        }
        ColumnType::Money(Some((precision, scale))) => {
            return Some(format!("real_money({precision}, {scale})"));
        }
        ColumnType::Binary(length) => return Some(format!("blob({length})")),
        ColumnType::VarBinary(StringLen::N(length)) => {
            return Some(format!("varbinary_blob({length})"));
        }
        ColumnType::Custom(name) => return Some(name.to_string()),
        ColumnType::Char(None) => "char",
        ColumnType::String(_) => "varchar",
        ColumnType::Text => "text",
        ColumnType::TinyInteger | ColumnType::TinyUnsigned => "tinyint",
        ColumnType::SmallInteger | ColumnType::SmallUnsigned => "smallint",
        ColumnType::Integer
        | ColumnType::Unsigned
        | ColumnType::BigInteger
        | ColumnType::BigUnsigned => "integer",
        ColumnType::Float => "float",
        ColumnType::Double => "double",
        ColumnType::Decimal(None) => "real_decimal",
        ColumnType::DateTime => "datetime_text",
        ColumnType::Timestamp => "timestamp_text",
        // Plain text, and not SeaORM's `timestamp_with_timezone_text`, whose CURRENT_TIMESTAMP is no such text.
        ColumnType::TimestampWithTimeZone => "text",
        ColumnType::Time => "time_text",
        ColumnType::Date => "date_text",
        ColumnType::VarBinary(_) => "varbinary_blob",
        ColumnType::Blob => "blob",
        ColumnType::Boolean => "boolean",
        ColumnType::Money(None) => "real_money",
        ColumnType::Json => "json_text",
        ColumnType::JsonBinary => "jsonb_text",
        ColumnType::Uuid => "uuid_text",
        ColumnType::Enum { .. } => "enum_text",
        _ => return None,
    };
    Some(plain.to_owned())
}

/// SQLite shows the types that it knows by heart in upper case, and all others as they were written.
pub(crate) fn canonical(text: &str) -> String {
    const STANDARD: [&str; 6] = ["ANY", "BLOB", "INT", "INTEGER", "REAL", "TEXT"];
    let text = text.trim();
    match STANDARD.iter().find(|it| it.eq_ignore_ascii_case(text)) {
        Some(standard) => (*standard).to_owned(),
        None => text.to_owned(),
    }
}

fn expression_text(expression: &Expr) -> String {
    let mut select = Query::select();
    let sql = select
        .expr(expression.clone())
        .to_string(SqliteQueryBuilder);
    sql.strip_prefix("SELECT ").unwrap_or(&sql).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_utc_timestamp_is_text_that_sorts_as_time_does() {
        let kind = ColumnType::TimestampWithTimeZone;
        assert_eq!(Sqlite.data_type(&kind).as_deref(), Some("TEXT"));
        let now = Sqlite.default(&kind, "TEXT", &Expr::current_timestamp());
        assert_eq!(now.as_deref(), Some(NOW));
    }
}
