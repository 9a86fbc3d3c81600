//! Reading a MySQL 8 or MariaDB 10.6+ database, from `information_schema`.

mod assemble;
mod column;
mod expression;
mod foreign_key;
mod index;
mod partition;
mod queries;
mod routine;
mod text;
mod view;

#[cfg(test)]
mod tests;

use assemble::assemble;

use crate::dialect::catalog::ask;
use crate::dialect::{CatalogError, Dialect, Row, Scope, Session};
use crate::schema::Schema;

/// What the server answered, a list for each query.
#[derive(Debug, Default)]
struct Rows {
    database: Vec<Row>,
    tables: Vec<Row>,
    columns: Vec<Row>,
    indexes: Vec<Row>,
    key_columns: Vec<Row>,
    foreign_keys: Vec<Row>,
    checks: Vec<Row>,
    partitions: Vec<Row>,
    views: Vec<Row>,
    triggers: Vec<Row>,
    routines: Vec<Row>,
    parameters: Vec<Row>,
    events: Vec<Row>,
    sequences: Vec<Row>,
    /// `CREATE TABLE` statements, of tables of which the rest does not tell enough.
    statements: Vec<Row>,
}

/// Reads all that is in the session's database.
///
/// # Errors
/// Where a query fails.
pub(crate) async fn read(session: &mut Session, scope: &Scope) -> Result<Schema, CatalogError> {
    let dialect = session.dialect();
    let mut rows = Rows {
        database: ask(session, "database", queries::DATABASE).await?,
        tables: ask(session, "tables", queries::TABLES).await?,
        columns: ask(session, "columns", &queries::columns(dialect)).await?,
        indexes: ask(session, "indexes", &queries::indexes(dialect)).await?,
        key_columns: ask(session, "foreign keys", queries::KEY_COLUMNS).await?,
        foreign_keys: ask(session, "foreign keys", queries::FOREIGN_KEYS).await?,
        checks: ask(session, "checks", queries::checks(dialect)).await?,
        partitions: ask(session, "partitions", queries::PARTITIONS).await?,
        views: ask(session, "views", &queries::views(dialect)).await?,
        triggers: ask(session, "triggers", queries::TRIGGERS).await?,
        routines: ask(session, "routines", queries::ROUTINES).await?,
        parameters: ask(session, "parameters of routines", queries::PARAMETERS).await?,
        events: ask(session, "events", queries::EVENTS).await?,
        ..Rows::default()
    };
    if let Some(sql) = sequences_query(dialect, &rows.tables) {
        rows.sequences = ask(session, "sequences", &sql).await?;
    }
    if let Some(sql) = statements_query(dialect, &rows) {
        rows.statements = ask(session, "tables' statements", &sql).await?;
    }
    Ok(assemble(&rows, dialect, scope))
}

/// MariaDB's sequences are tables of one row; all of them are read by one statement.
fn sequences_query(dialect: Dialect, tables: &[Row]) -> Option<String> {
    let selects: Vec<String> = tables
        .iter()
        .filter(|row| row.text(1) == Some("SEQUENCE"))
        .map(|row| row.text_or_empty(0))
        .map(|name| {
            format!(
                "SELECT {}, start_value, minimum_value, maximum_value, increment, cache_size, \
                 cycle_option FROM {}",
                dialect.literal(name),
                dialect.quote(name)
            )
        })
        .collect();
    (!selects.is_empty()).then(|| selects.join(" UNION ALL "))
}

/// One query of many statements: what `SHOW` says cannot be had otherwise.
fn statements_query(dialect: Dialect, rows: &Rows) -> Option<String> {
    let mut tables = foreign_key::tables_without_rules(rows);
    tables.extend(index::tables_with_parsers(rows));
    tables.sort_unstable();
    tables.dedup();
    let shows: Vec<String> = tables
        .iter()
        .map(|table| format!("SHOW CREATE TABLE {}", dialect.quote(table)))
        .collect();
    (!shows.is_empty()).then(|| shows.join(";"))
}
