//! Reading a SQLite database, from `sqlite_schema`, the pragma functions and the text of its statements.

mod assemble;
mod parse;
mod reader;
mod token;

use assemble::assemble;

use crate::dialect::catalog::ask;
use crate::dialect::{CatalogError, Row, Scope, Session};
use crate::schema::Schema;

/// 0 type, 1 name, 2 table, 3 statement. What SQLite keeps for itself begins with `sqlite_`.
const OBJECTS: &str = "\
SELECT type, name, tbl_name, sql FROM main.sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid";

/// 0 name, 1 kind, 2 without rowid?, 3 strict?
const TABLES: &str = "\
SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'";

/// 0 table, 1 name, 2 type, 3 not null?, 4 default, 5 place in the key, 6 hidden. A virtual table's may
/// need a module that is not here.
const COLUMNS: &str = "\
SELECT m.name, x.name, x.type, x.\"notnull\", x.dflt_value, x.pk, x.hidden
FROM main.sqlite_schema m, pragma_table_xinfo(m.name, 'main') x
WHERE m.type = 'table' AND m.sql NOT LIKE 'create virtual%'
  AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/// What the database answered, a list for each query.
#[derive(Debug, Default)]
struct Rows {
    objects: Vec<Row>,
    tables: Vec<Row>,
    columns: Vec<Row>,
}

/// Reads all that is in the main database.
///
/// # Errors
/// Where a query fails.
pub(crate) async fn read(session: &mut Session, scope: &Scope) -> Result<Schema, CatalogError> {
    let rows = Rows {
        objects: ask(session, "tables and views", OBJECTS).await?,
        tables: ask(session, "kinds of tables", TABLES).await?,
        columns: ask(session, "columns", COLUMNS).await?,
    };
    Ok(assemble(&rows, scope))
}
