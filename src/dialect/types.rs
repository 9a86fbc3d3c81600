//! What entities say, brought into the dialect's own spelling: the text that the server gives back.

mod index;
pub(crate) mod scan;
mod settle;
mod statement;

use sea_orm::sea_query::extension::postgres::TypeCreateStatement;
use sea_orm::sea_query::{ColumnType, Expr, IndexCreateStatement, TableCreateStatement};

use super::{Dialect, mysql, postgres, sqlite};
use crate::schema::{Column, EnumType, Index, Name, Schema, Table};

/// A statement of sea-query's that this dialect, or the model, has no shape for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TypeError {
    #[error("{table}.{column}: {} has no type {data_type}", dialect.title())]
    NoSuchType {
        dialect: Dialect,
        table: Name,
        column: String,
        data_type: String,
    },
    #[error("{table}.{column}: {} cannot number rows by itself in a column of type {data_type}", dialect.title())]
    NoAutoIncrement {
        dialect: Dialect,
        table: Name,
        column: String,
        data_type: String,
    },
    #[error("{table}.{column}: a column needs a type")]
    Untyped { table: Name, column: String },
    #[error("a statement names no table, or one that is not a plain name: {statement}")]
    NoTable { statement: String },
    #[error("index on {table}: it has no name")]
    NoIndexName { table: Name },
    #[error("{object}: {} has no {feature}", dialect.title())]
    NoSuchFeature {
        dialect: Dialect,
        object: String,
        feature: &'static str,
    },
    #[error("{object}: {text:?} is not understood")]
    NotUnderstood { object: String, text: String },
    #[error("index {index}: there is no table {table}")]
    IndexWithoutTable { index: String, table: Name },
}

/// What differs between servers that speak one dialect. The default is a server as it is installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFacts {
    /// The default namespace, which names leave out: `public`.
    pub default_namespace: Option<String>,
    /// MySQL: the database's collation, which columns leave out.
    pub collation: Option<String>,
}

/// How one dialect spells what sea-query says neutrally.
pub(crate) trait Spelling {
    fn dialect(&self) -> Dialect;

    /// The type as the server gives it back; `None` where it has none such.
    fn data_type(&self, kind: &ColumnType) -> Option<String>;

    /// The default as the server gives it back; `None` for NULL, which is none.
    fn default(&self, kind: &ColumnType, data_type: &str, value: &Expr) -> Option<String>;

    /// Makes the column number its rows; `false` where its type cannot.
    fn number(&self, column: &mut Column) -> bool;

    /// An expression in the dialect's quoting.
    fn expression(&self, expression: &Expr) -> String;

    /// The CREATE TABLE that sea-query writes, of which checks and options are read.
    fn render(&self, statement: &TableCreateStatement) -> String;

    /// Names what has none, as the server would; takes away what says nothing.
    fn settle(&self, table: &mut Table, facts: &ServerFacts);

    /// Adds what the server makes by itself beside a finished table.
    fn imply(&self, _table: &mut Table) {}
}

pub(crate) fn spelling(dialect: Dialect) -> Box<dyn Spelling> {
    match dialect {
        Dialect::Postgres => Box::new(postgres::types::Postgres),
        Dialect::Mysql | Dialect::Mariadb => Box::new(mysql::types::Mysql { dialect }),
        Dialect::Sqlite => Box::new(sqlite::types::Sqlite),
    }
}

/// The table that a CREATE TABLE statement of sea-query's makes.
///
/// # Errors
/// [`TypeError`] for what the dialect has not, and for what the model cannot say.
pub fn table_of(dialect: Dialect, statement: &TableCreateStatement) -> Result<Table, TypeError> {
    let spelling = spelling(dialect);
    let mut table = statement::table(&*spelling, statement)?;
    spelling.settle(&mut table, &ServerFacts::default());
    settle::sort_table(&mut table);
    Ok(table)
}

/// A comment without the mark that SeaORM puts there for `renamed_from`, and the old name in that mark.
pub(crate) fn renamed_from(comment: &str) -> (&str, Option<&str>) {
    let marked = comment
        .rsplit_once("renamed_from \"")
        .and_then(|(before, name)| Some((before, name.strip_suffix('"')?)));
    match marked {
        Some((before, name)) => (before.strip_suffix("; ").unwrap_or(before), Some(name)),
        None => (comment, None),
    }
}

/// The columns that their entities call renamed: table, old name, new name.
pub fn renames(dialect: Dialect, tables: &[TableCreateStatement]) -> Vec<(Name, String, String)> {
    let mut renames = Vec::new();
    for definition in tables {
        let name = definition.get_table_name();
        let Some(table) = name.and_then(|name| statement::name_of(dialect, name)) else {
            continue;
        };
        for column in definition.get_columns() {
            let comment = column
                .get_column_spec()
                .comment
                .as_deref()
                .unwrap_or_default();
            if let (_, Some(old)) = renamed_from(comment) {
                renames.push((table.clone(), old.to_owned(), column.get_column_name()));
            }
        }
    }
    renames
}

/// The index that a CREATE INDEX statement of sea-query's makes, and the table that it is on.
///
/// # Errors
/// As [`table_of`].
pub fn index_of(
    dialect: Dialect,
    statement: &IndexCreateStatement,
) -> Result<(Name, Index), TypeError> {
    index::index(&*spelling(dialect), statement)
}

/// The enum that a CREATE TYPE statement of sea-query's makes; `None` where it makes something else.
pub fn enum_of(statement: &TypeCreateStatement) -> Option<EnumType> {
    statement::enum_type(statement)
}

/// The enums that the columns of a statement bring with them, where the dialect has enums of their own.
pub fn enums_of(dialect: Dialect, statement: &TableCreateStatement) -> Vec<EnumType> {
    match dialect {
        Dialect::Postgres => postgres::types::enums(statement),
        Dialect::Mysql | Dialect::Mariadb | Dialect::Sqlite => Vec::new(),
    }
}

/// All that the entities say, as a schema of this dialect.
///
/// # Errors
/// As [`table_of`]; an index on a table that is not among `tables`.
pub fn desired(
    dialect: Dialect,
    tables: &[TableCreateStatement],
    indexes: &[IndexCreateStatement],
) -> Result<Schema, TypeError> {
    let mut schema = Schema::default();
    for statement in tables {
        for found in enums_of(dialect, statement) {
            if schema.enums.iter().all(|known| known.name != found.name) {
                schema.enums.push(found);
            }
        }
        // Not settled yet: an index that a key implies is only made where none of `indexes` serves it.
        schema
            .tables
            .push(statement::table(&*spelling(dialect), statement)?);
    }
    for statement in indexes {
        let (on, index) = index_of(dialect, statement)?;
        let table = schema.tables.iter_mut().find(|table| table.name == on);
        match table {
            Some(table) => table.indexes.push(index),
            None => {
                return Err(TypeError::IndexWithoutTable {
                    index: index.name,
                    table: on,
                });
            }
        }
    }
    Ok(normalise(dialect, &schema, &ServerFacts::default()))
}

/// The same schema as `facts`' server would give it back, as far as that is known without asking it:
/// types, plain defaults, names of what has none, keys' implied indexes, and the order of lists.
///
/// Expressions are left as they are.
pub fn normalise(dialect: Dialect, schema: &Schema, facts: &ServerFacts) -> Schema {
    let spelling = spelling(dialect);
    let mut schema = schema.clone();
    settle::fill_references(&mut schema);
    for table in &mut schema.tables {
        spelling.settle(table, facts);
        spelling.imply(table);
    }
    settle::sort(&mut schema);
    schema
}
