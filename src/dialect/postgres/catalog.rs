//! Reading a PostgreSQL database, 13 to 18, from `pg_catalog`.
//!
//! Only what every role may read is asked for: `information_schema` would hide what the role does not own.

mod assemble;
mod place;
mod queries;
mod relation;
mod text;
mod text_queries;
mod types;

#[cfg(test)]
mod tests;

use assemble::assemble;
use place::Place;

use crate::dialect::catalog::{ask, json};
use crate::dialect::{CatalogError, Dialect, Row, Scope, Session};
use crate::schema::Schema;

/// What the catalog answered, a list for each query.
#[derive(Debug, Default)]
pub(super) struct Rows {
    relations: Vec<Row>,
    columns: Vec<Row>,
    constraints: Vec<Row>,
    operator_classes: Vec<Row>,
    indexes: Vec<Row>,
    sequences: Vec<Row>,
    types: Vec<Row>,
    /// Which views read what.
    reads: Vec<Row>,
    /// Triggers, routines and all else that the server gives as text.
    texts: Vec<Row>,
    /// Descriptions of what has no shape and no text.
    strangers: Vec<Row>,
}

/// Reads all that is in the scope.
///
/// # Errors
/// Where a query fails, or an answer is not as documented.
pub(crate) async fn read(session: &mut Session, scope: &Scope) -> Result<Schema, CatalogError> {
    let rows = ask(session, "settings", queries::PLACE).await?;
    let first = rows.first().ok_or_else(|| CatalogError::Unexpected {
        part: "settings",
        found: String::new(),
    })?;
    let place = Place::new(first, scope)?;
    // The server spells names in types and expressions by `search_path`: only the default namespace may go
    // without saying, and no temporary table stand before it. Compiling these queries takes far longer than
    // running them.
    let path = match &place.default {
        Some(default) => format!("{}, pg_temp", Dialect::Postgres.quote(default)),
        None => "pg_temp".to_owned(),
    };
    set(session, &path, "off").await?;
    let read = read_within(session, &place).await;
    let restored = set(session, &place.path, &place.jit).await;
    // What went wrong first says more.
    let rows = read?;
    restored?;
    assemble(&rows, &place, scope)
}

async fn set(session: &mut Session, path: &str, jit: &str) -> Result<(), CatalogError> {
    let sql = format!(
        "SELECT set_config('search_path', {}, false), set_config('jit', {}, false)",
        Dialect::Postgres.literal(path),
        Dialect::Postgres.literal(jit)
    );
    ask(session, "settings", &sql).await.map(drop)
}

async fn read_within(session: &mut Session, place: &Place) -> Result<Rows, CatalogError> {
    let (version, oids) = (place.version, place.oids.as_str());
    Ok(Rows {
        relations: ask(session, "tables and views", &queries::relations(oids)).await?,
        columns: ask(session, "columns", &queries::columns(oids, version)).await?,
        constraints: ask(session, "constraints", &queries::constraints(oids, version)).await?,
        operator_classes: ask(session, "operator classes", queries::OPERATOR_CLASSES).await?,
        indexes: ask(session, "indexes", &queries::indexes(oids, version)).await?,
        sequences: ask(session, "sequences", &queries::sequences(oids)).await?,
        types: ask(session, "types", &queries::types(oids)).await?,
        reads: ask(session, "views' sources", &queries::reads(oids)).await?,
        texts: ask(session, "routines and triggers", &text_queries::texts(oids)).await?,
        strangers: ask(session, "other objects", &text_queries::strangers(oids)).await?,
    })
}

/// `["a", "b"]` in a cell.
fn names(part: &'static str, row: &Row, column: usize) -> Result<Vec<String>, CatalogError> {
    json(part, row, column)
}
