//! Introspection: from a database to the model, in a fixed number of queries.

use super::{DbError, Dialect, Row, Session, mysql, postgres, sqlite};
use crate::schema::{IndexKey, IndexPart, Name, Schema};

/// What of a database is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The PostgreSQL namespaces to read; empty: all that are neither the system's nor an extension's.
    pub namespaces: Vec<String>,
    /// Tables to leave out, as `name` (in any namespace) or `namespace.name`, with all that belongs to them.
    pub exclude: Vec<String>,
}

impl Scope {
    /// Whether a table is left out.
    pub fn excludes(&self, table: &Name) -> bool {
        self.exclude.iter().any(|excluded| {
            *excluded == table.name
                || table.namespace.as_ref().is_some_and(|namespace| {
                    excluded
                        .strip_prefix(namespace.as_str())
                        .and_then(|rest| rest.strip_prefix('.'))
                        == Some(table.name.as_str())
                })
        })
    }
}

/// Why a database could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogError {
    #[error("cannot read the {part} of the database: {source}")]
    Query {
        /// What was asked for: `columns`, `indexes`…
        part: &'static str,
        source: Box<DbError>,
    },
    /// The database answered with something that its documentation does not allow.
    #[error("the database describes its {part} in an unknown way: {found:?}")]
    Unexpected { part: &'static str, found: String },
}

/// Reads what is in the session's database.
///
/// The number of queries does not hang on how much there is. Nothing is written; on PostgreSQL
/// `search_path` and `jit` are set for the while, and set back.
///
/// # Errors
/// Where a query fails, or an answer is not as documented.
pub async fn introspect(session: &mut Session, scope: &Scope) -> Result<Schema, CatalogError> {
    match session.dialect() {
        Dialect::Postgres => postgres::catalog::read(session, scope).await,
        Dialect::Mysql | Dialect::Mariadb => mysql::catalog::read(session, scope).await,
        Dialect::Sqlite => sqlite::catalog::read(session, scope).await,
    }
}

/// Runs one catalog query.
pub(super) async fn ask(
    session: &mut Session,
    part: &'static str,
    sql: &str,
) -> Result<Vec<Row>, CatalogError> {
    session
        .query(sql)
        .await
        .map_err(|source| CatalogError::Query {
            part,
            source: Box::new(source),
        })
}

/// A cell that holds JSON; NULL is the type's default.
pub(super) fn json<T: serde::de::DeserializeOwned + Default>(
    part: &'static str,
    row: &Row,
    column: usize,
) -> Result<T, CatalogError> {
    match row.text(column) {
        None => Ok(T::default()),
        Some(text) => serde_json::from_str(text).map_err(|_| CatalogError::Unexpected {
            part,
            found: text.to_owned(),
        }),
    }
}

/// A cell's text of one's own.
pub(super) fn owned(row: &Row, column: usize) -> Option<String> {
    row.text(column).map(str::to_owned)
}

/// Sorts every list by name, so that equal databases have equal models.
pub(super) fn sort(schema: &mut Schema) {
    schema.namespaces.sort();
    schema.extensions.sort_by(|a, b| a.name.cmp(&b.name));
    schema.enums.sort_by(|a, b| a.name.cmp(&b.name));
    schema.domains.sort_by(|a, b| a.name.cmp(&b.name));
    schema.sequences.sort_by(|a, b| a.name.cmp(&b.name));
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    schema.views.sort_by(|a, b| a.name.cmp(&b.name));
    schema
        .routines
        .sort_by(|a, b| (&a.name, &a.arguments).cmp(&(&b.name, &b.arguments)));
    schema
        .triggers
        .sort_by(|a, b| (&a.table, &a.name).cmp(&(&b.table, &b.name)));
    schema.others.sort_by(|a, b| {
        (&a.kind, &a.table, &a.name, &a.arguments).cmp(&(&b.kind, &b.table, &b.name, &b.arguments))
    });
    schema.not_understood.sort();
    // SQLite's constraints may have no name: what they say tells them apart then.
    for table in &mut schema.tables {
        table
            .uniques
            .sort_by_cached_key(|unique| (unique.name.clone(), key_names(&unique.columns)));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        table
            .foreign_keys
            .sort_by(|a, b| (&a.name, &a.columns).cmp(&(&b.name, &b.columns)));
        table
            .checks
            .sort_by(|a, b| (&a.name, &a.expression).cmp(&(&b.name, &b.expression)));
        table.other_constraints.sort_by(|a, b| a.name.cmp(&b.name));
    }
    for view in &mut schema.views {
        view.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        view.reads.sort();
        view.reads.dedup();
    }
}

fn key_names(parts: &[IndexPart]) -> Vec<String> {
    parts
        .iter()
        .map(|part| match &part.key {
            IndexKey::Column(text) | IndexKey::Expression(text) => text.clone(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_left_out_by_its_name_alone_or_with_its_namespace() {
        let scope = Scope {
            exclude: vec!["seaql_migrations".into(), "audit.log".into()],
            ..Scope::default()
        };
        assert!(scope.excludes(&Name::new("seaql_migrations")));
        assert!(scope.excludes(&Name::within("other", "seaql_migrations")));
        assert!(scope.excludes(&Name::within("audit", "log")));
        assert!(!scope.excludes(&Name::new("log")));
        assert!(!scope.excludes(&Name::within("shop", "log")));
    }
}
