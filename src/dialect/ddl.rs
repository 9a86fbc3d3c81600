//! Operations rendered as statements: reviewable, every name quoted, formatted for reading.

mod order;
pub(crate) mod parts;
mod script;
#[cfg(test)]
mod tests;

pub(crate) use order::{
    after_needs, creation as creation_order, table_texts, words as order_words,
};
pub use script::Rendered;

use super::{Dialect, mysql, postgres, sqlite};
use crate::schema::{Op, Schema};

/// An operation that a dialect cannot do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DdlError {
    #[error("cannot {op}: {} has no {feature}", dialect.title())]
    NoSuchFeature {
        dialect: Dialect,
        op: String,
        feature: &'static str,
    },
    #[error("cannot {op}: {why}")]
    Impossible { op: String, why: String },
    #[error("cannot {op}: it has no name, and {} asks for it by name", dialect.title())]
    Unnamed { dialect: Dialect, op: String },
    #[error("the operations do not fit the schema: {0}")]
    Misfit(#[from] crate::schema::ApplyError),
}

/// What is chosen about how statements are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// PostgreSQL: make and drop indexes CONCURRENTLY, which no transaction may hold.
    pub concurrently: bool,
    /// The way back: what refers to rows that do not come back must run all the same.
    pub back: bool,
}

impl Style {
    /// How a revision's way down is written.
    pub fn way_back() -> Self {
        Style {
            back: true,
            ..Style::default()
        }
    }
}

/// What a dialect's writer knows beside the operation.
pub(crate) struct Context<'a> {
    /// The schema before the operation.
    pub before: &'a Schema,
    pub style: Style,
}

/// The statements of one operation, without closing `;`.
///
/// `before` is the schema that the operation is applied to: SQLite's rebuilds, MySQL's repeated definitions
/// and the columns of an enum are read there.
///
/// # Errors
/// [`DdlError`] for what the dialect cannot do.
pub fn statements(
    dialect: Dialect,
    op: &Op,
    before: &Schema,
    style: Style,
) -> Result<Vec<String>, DdlError> {
    let context = Context { before, style };
    match dialect {
        Dialect::Postgres => postgres::ddl::statements(op, &context),
        Dialect::Mysql | Dialect::Mariadb => mysql::ddl::statements(dialect, op, &context),
        Dialect::Sqlite => sqlite::ddl::statements(op, &context),
    }
}

/// The statements of several operations in their order; those that go together are rendered as one group.
///
/// # Errors
/// As [`statements`]; where an operation does not fit what the earlier ones leave.
pub fn script(
    dialect: Dialect,
    ops: &[Op],
    before: &Schema,
    style: Style,
) -> Result<Vec<Rendered>, DdlError> {
    script::script(dialect, ops, before, style)
}

/// The whole schema from nothing, in an order that runs.
///
/// # Errors
/// As [`statements`].
pub fn create(dialect: Dialect, schema: &Schema) -> Result<Vec<String>, DdlError> {
    let ops = creation(dialect, schema);
    let rendered = script(dialect, &ops, &Schema::default(), Style::default())?;
    Ok(rendered
        .into_iter()
        .flat_map(|group| group.statements)
        .collect())
}

/// The operations that make `schema` from nothing, in an order that runs.
pub fn creation(dialect: Dialect, schema: &Schema) -> Vec<Op> {
    // SQLite looks for what a foreign key refers to when a row comes, not when the table is made.
    let late_foreign_keys = dialect != Dialect::Sqlite;
    order::creation(schema, late_foreign_keys)
}
