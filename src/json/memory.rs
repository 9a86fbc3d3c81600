//! The one connection that holds the database, and its schema as SQLite tells it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rusqlite::Connection;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Sqlite, SqlitePool};

use super::column::Form;
use super::error::StoreError;
use super::manifest::{SchemaKind, SchemaObject};
use crate::dialect::sqlite::lent::lock;

/// Makes the pool: one connection that lives as long as the pool does, since it is the database.
pub(super) async fn connect() -> Result<SqlitePool, StoreError> {
    let connected = Arc::new(AtomicBool::new(false));
    // A private database: sqlx's own spelling of it would ask for SQLite's shared cache.
    let options = SqliteConnectOptions::new()
        .in_memory(true)
        .shared_cache(false)
        .foreign_keys(true);
    let pool = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(move |_, _| {
            // A second connection would be a second, empty database, and a commit would save that.
            let first = !connected.swap(true, Ordering::Relaxed);
            Box::pin(async move {
                first.then_some(()).ok_or_else(|| {
                    sqlx::Error::Configuration("the connection that held the data is gone".into())
                })
            })
        })
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// Runs `work` on the connection's own handle, away from the async threads.
///
/// The work goes on to its end if the caller's future is dropped.
pub(super) async fn with_handle<T: Send + 'static>(
    mut connection: PoolConnection<Sqlite>,
    work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let runtime = tokio::runtime::Handle::current();
    let task = tokio::task::spawn_blocking(move || {
        let mut locked = runtime.block_on(lock(&mut connection))?;
        let handle = locked.as_raw_handle().as_ptr();
        // SAFETY: `handle` is an open database of the same libsqlite3-sys. `locked` keeps sqlx's
        // worker from using it and outlives `direct`, which does not close what it did not open.
        let direct = unsafe { Connection::from_handle(handle) }?;
        let outcome = work(&direct);
        drop(direct);
        drop(locked);
        outcome
    });
    match task.await {
        Ok(outcome) => outcome,
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Err(StoreError::Pool(sqlx::Error::PoolClosed)),
    }
}

/// Counts the commits of the connection from now on, those that change nothing included.
pub(super) async fn count_commits(
    connection: &mut PoolConnection<Sqlite>,
    commits: Arc<AtomicU64>,
) -> Result<(), StoreError> {
    lock(connection).await?.set_commit_hook(move || {
        commits.fetch_add(1, Ordering::SeqCst);
        true
    });
    Ok(())
}

/// A table whose rows are kept.
#[derive(Debug)]
pub(super) struct TableShape {
    pub(super) name: String,
    /// The columns that a row can be given, in order; generated ones are not among them.
    pub(super) columns: Vec<(String, Form)>,
    /// The columns of the primary key, in its order.
    pub(super) key: Vec<String>,
    /// What to call the rowid, if the table has one and no column hides it.
    pub(super) rowid: Option<&'static str>,
}

/// Everything in `sqlite_schema` that has DDL, in an order that re-creates it.
pub(super) fn schema(connection: &Connection) -> Result<Vec<SchemaObject>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema \
         WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' ORDER BY rowid",
    )?;
    let objects = statement.query_map([], |row| {
        let sql: String = row.get(3)?;
        let kind = match row.get_ref(0)?.as_str()? {
            "index" => SchemaKind::Index,
            "view" => SchemaKind::View,
            "trigger" => SchemaKind::Trigger,
            _ if is_virtual(&sql) => SchemaKind::Virtual,
            _ => SchemaKind::Table,
        };
        Ok(SchemaObject {
            kind,
            name: row.get(1)?,
            table: row.get(2)?,
            sql,
        })
    })?;
    let mut objects = objects.collect::<Result<Vec<_>, _>>()?;
    objects.sort_by_key(|object| object.kind);
    Ok(objects)
}

/// SQLite begins the text that it keeps with these words, whatever was typed.
fn is_virtual(sql: &str) -> bool {
    let start = sql.get(.."CREATE VIRTUAL TABLE".len());
    start.is_some_and(|start| start.eq_ignore_ascii_case("CREATE VIRTUAL TABLE"))
}

/// The tables that have rows of their own, by name.
pub(super) fn tables(connection: &Connection) -> Result<Vec<TableShape>, StoreError> {
    let mut statement = connection.prepare(
        "SELECT l.name, l.wr, x.name, x.type, x.pk, x.hidden \
         FROM pragma_table_list AS l, pragma_table_xinfo(l.name, 'main') AS x \
         WHERE l.schema = 'main' AND l.type IN ('table', 'shadow') \
           AND substr(l.name, 1, 7) <> 'sqlite_' \
         ORDER BY l.name, x.cid",
    )?;
    let mut rows = statement.query([])?;
    let mut tables: Vec<TableShape> = Vec::new();
    let mut keys: Vec<Vec<(i64, String)>> = Vec::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        if tables.last().is_none_or(|table| table.name != name) {
            let without_rowid: bool = row.get(1)?;
            tables.push(TableShape {
                name,
                columns: Vec::new(),
                key: Vec::new(),
                rowid: (!without_rowid).then_some("rowid"),
            });
            keys.push(Vec::new());
        }
        let (Some(table), Some(key)) = (tables.last_mut(), keys.last_mut()) else {
            continue;
        };
        let column: String = row.get(2)?;
        let place: i64 = row.get(4)?;
        if place > 0 {
            key.push((place, column.clone()));
        }
        if row.get::<_, i64>(5)? == 0 {
            let declared: String = row.get(3)?;
            table.columns.push((column, Form::of(&declared)));
        }
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort();
        table.key = key.into_iter().map(|(_, column)| column).collect();
        if table.rowid.is_some() {
            table.rowid = ["rowid", "_rowid_", "oid"].into_iter().find(|alias| {
                let hides = |(name, _): &(String, Form)| name.eq_ignore_ascii_case(alias);
                !table.columns.iter().any(hides)
            });
        }
    }
    Ok(tables)
}

/// A pragma whose value is one integer.
pub(super) fn pragma(connection: &Connection, name: &str) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}
