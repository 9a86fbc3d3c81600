//! MySQL's and MariaDB's spelling of types and defaults, as `information_schema` gives them back.

mod canonical;
mod closed;
mod default;
mod names;

use sea_orm::sea_query::{
    Alias, ColumnType, Expr, MysqlQueryBuilder, Query, StringLen, TableCreateStatement,
};

pub(crate) use canonical::canonical;
pub(crate) use closed::{base, is_closed, is_shape};

use crate::dialect::Dialect;
use crate::dialect::types::{ServerFacts, Spelling};
use crate::schema::{Column, Identity, Table};

pub(crate) struct Mysql {
    pub dialect: Dialect,
}

impl Spelling for Mysql {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn data_type(&self, kind: &ColumnType) -> Option<String> {
        Some(canonical(self.dialect, &written(kind)?))
    }

    fn default(&self, _kind: &ColumnType, data_type: &str, value: &Expr) -> Option<String> {
        default::default(self.dialect, data_type, value)
    }

    fn number(&self, column: &mut Column) -> bool {
        const NUMBERS: [&str; 8] = [
            "tinyint",
            "smallint",
            "mediumint",
            "int",
            "bigint",
            "float",
            "double",
            "decimal",
        ];
        if !NUMBERS
            .iter()
            .any(|base| column.data_type.starts_with(base))
        {
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
        // Its builder takes no namespace.
        let mut bare = statement.clone();
        bare.table(Alias::new("t"));
        bare.to_string(MysqlQueryBuilder)
    }

    fn settle(&self, table: &mut Table, facts: &ServerFacts) {
        names::settle(self.dialect, table, facts);
    }

    fn imply(&self, table: &mut Table) {
        names::imply_indexes(table);
    }
}

/// The type as it is written in a CREATE TABLE.
fn written(kind: &ColumnType) -> Option<String> {
    let plain = match kind {
        ColumnType::Char(length) => return Some(format!("char({})", length.unwrap_or(1))),
        ColumnType::String(StringLen::N(length)) => return Some(format!("varchar({length})")),
        ColumnType::Decimal(numbers) | ColumnType::Money(numbers) => {
            let (precision, scale) = numbers.unwrap_or((10, 0));
            return Some(format!("decimal({precision},{scale})"));
        }
        ColumnType::Binary(length) => return Some(format!("binary({length})")),
        ColumnType::VarBinary(StringLen::N(length)) => return Some(format!("varbinary({length})")),
        ColumnType::Bit(length) => return Some(format!("bit({})", length.unwrap_or(1))),
        ColumnType::VarBit(length) => return Some(format!("bit({length})")),
        ColumnType::Custom(name) => return Some(name.to_string()),
        ColumnType::Enum { variants, .. } => {
            let values: Vec<String> = variants
                .iter()
                .map(|value| format!("'{}'", value.to_string().replace('\'', "''")))
                .collect();
            return Some(format!("enum({})", values.join(",")));
        }
        ColumnType::String(StringLen::None) => "varchar(255)",
        ColumnType::String(StringLen::Max) => "varchar(65535)",
        ColumnType::Text => "text",
        ColumnType::Blob => "blob",
        ColumnType::TinyInteger => "tinyint",
        ColumnType::SmallInteger => "smallint",
        ColumnType::Integer => "int",
        ColumnType::BigInteger => "bigint",
        ColumnType::TinyUnsigned => "tinyint unsigned",
        ColumnType::SmallUnsigned => "smallint unsigned",
        ColumnType::Unsigned => "int unsigned",
        ColumnType::BigUnsigned => "bigint unsigned",
        ColumnType::Float => "float",
        ColumnType::Double => "double",
        ColumnType::DateTime => "datetime",
        ColumnType::Timestamp => "timestamp",
        // Not `timestamp`, as SeaORM would have it: that loses microseconds and ends in 2038.
        ColumnType::TimestampWithTimeZone => "datetime(6)",
        ColumnType::Time => "time",
        ColumnType::Date => "date",
        ColumnType::Year => "year",
        ColumnType::VarBinary(StringLen::None) => "varbinary(255)",
        ColumnType::VarBinary(StringLen::Max) => "varbinary(65535)",
        ColumnType::Boolean => "tinyint(1)",
        ColumnType::Json | ColumnType::JsonBinary => "json",
        ColumnType::Uuid => "binary(16)",
        _ => return None,
    };
    Some(plain.to_owned())
}

fn expression_text(expression: &Expr) -> String {
    let mut select = Query::select();
    let sql = select.expr(expression.clone()).to_string(MysqlQueryBuilder);
    sql.strip_prefix("SELECT ").unwrap_or(&sql).to_owned()
}
