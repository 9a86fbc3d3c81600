//! A client of the databases that is not Piton: the drivers themselves, with every value as text.

use std::path::Path;

use rusqlite::fallible_iterator::FallibleIterator as _;
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ColumnIndex, Connection as _, Database, Decode, Row};
use tokio::runtime::Runtime;

/// One connection, used from plain code.
pub struct Connection {
    kind: Kind,
    runtime: Runtime,
}

enum Kind {
    Sqlite(rusqlite::Connection),
    Postgres(PgConnection),
    Mysql(MySqlConnection),
}

impl Connection {
    pub fn sqlite(path: &Path) -> Connection {
        let connection = rusqlite::Connection::open(path).expect("the file opens");
        connection
            .busy_timeout(std::time::Duration::from_secs(20))
            .expect("a time-out can be set");
        Connection {
            kind: Kind::Sqlite(connection),
            runtime: runtime(),
        }
    }

    pub fn postgres(url: &str) -> Connection {
        Self::try_postgres(url).unwrap_or_else(|error| panic!("PostgreSQL at {url}: {error}"))
    }

    pub fn mysql(url: &str) -> Connection {
        Self::try_mysql(url).unwrap_or_else(|error| panic!("MySQL at {url}: {error}"))
    }

    pub fn try_postgres(url: &str) -> Result<Connection, String> {
        let options: PgConnectOptions = url.parse().expect("a URL");
        let runtime = runtime();
        let connection = runtime
            .block_on(PgConnection::connect_with(&options))
            .map_err(|error| error.to_string())?;
        Ok(Connection {
            kind: Kind::Postgres(connection),
            runtime,
        })
    }

    pub fn try_mysql(url: &str) -> Result<Connection, String> {
        let options: MySqlConnectOptions = url.parse().expect("a URL");
        let runtime = runtime();
        let connection = runtime
            .block_on(MySqlConnection::connect_with(&options))
            .map_err(|error| error.to_string())?;
        Ok(Connection {
            kind: Kind::Mysql(connection),
            runtime,
        })
    }

    /// Runs one statement or several, and gives the rows, each value as its text; NULL is `NULL`.
    #[track_caller]
    pub fn query(&mut self, sql: &str) -> Vec<Vec<String>> {
        self.try_query(sql)
            .unwrap_or_else(|error| panic!("{error}\nin {sql}"))
    }

    pub fn try_query(&mut self, sql: &str) -> Result<Vec<Vec<String>>, String> {
        let runtime = &self.runtime;
        match &mut self.kind {
            Kind::Sqlite(connection) => sqlite_rows(connection, sql).map_err(|e| e.to_string()),
            Kind::Postgres(connection) => runtime
                .block_on(sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(connection))
                .map(|rows| rows.iter().map(texts).collect())
                .map_err(|error| error.to_string()),
            Kind::Mysql(connection) => runtime
                .block_on(sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).fetch_all(connection))
                .map(|rows| rows.iter().map(texts).collect())
                .map_err(|error| error.to_string()),
        }
    }

    /// The single value that SQL gives.
    #[track_caller]
    pub fn value(&mut self, sql: &str) -> String {
        single(&self.query(sql), sql)
    }
}

#[track_caller]
pub fn single(rows: &[Vec<String>], sql: &str) -> String {
    match rows {
        [row] if row.len() == 1 => row[0].clone(),
        _ => panic!("not one value but {rows:?} from {sql}"),
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// The simple protocols give everything as text, which every type can be read as.
fn texts<R>(row: &R) -> Vec<String>
where
    R: Row,
    usize: ColumnIndex<R>,
    for<'r> Option<String>: Decode<'r, R::Database>,
    for<'r> String: Decode<'r, R::Database> + sqlx::Type<R::Database>,
    R::Database: Database,
{
    (0..row.len())
        .map(|i| {
            row.try_get_unchecked::<Option<String>, _>(i)
                .expect("a text")
                .unwrap_or_else(|| "NULL".to_owned())
        })
        .collect()
}

fn sqlite_rows(connection: &rusqlite::Connection, sql: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut all = Vec::new();
    let mut batch = rusqlite::Batch::new(connection, sql);
    while let Some(mut statement) = batch.next()? {
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let mut values = Vec::with_capacity(columns);
            for i in 0..columns {
                use rusqlite::types::ValueRef;
                values.push(match row.get_ref(i)? {
                    ValueRef::Null => "NULL".to_owned(),
                    ValueRef::Integer(n) => n.to_string(),
                    ValueRef::Real(n) => n.to_string(),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                        String::from_utf8_lossy(bytes).into_owned()
                    }
                });
            }
            all.push(values);
        }
    }
    Ok(all)
}
