//! A database for one test: made for it, and dropped whether it passes or not.

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm_migration::sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement,
};

/// Where the database lives. The servers' addresses can be set by `PITON_TEST_POSTGRES_URL` and
/// `PITON_TEST_MYSQL_URL`, without a database's name.
#[derive(Clone, Copy)]
pub enum Server {
    Postgres,
    MySql,
    Sqlite,
}

/// Runs a test with a connection to a new, empty database.
pub async fn with_database<T, F>(server: Server, test: T)
where
    T: FnOnce(DatabaseConnection) -> F,
    F: Future<Output = ()> + Send + 'static,
{
    let Some(address) = address(server) else {
        let db = connect("sqlite::memory:".into()).await;
        return test(db).await;
    };
    assert!(
        std::env::var_os("PITON_TEST_EMBEDDED_ONLY").is_none(),
        "a test that needs a server says so in its name: ./test --embedded-only goes by that"
    );
    static MADE: AtomicU32 = AtomicU32::new(0);
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("piton_members_{}_{made}", std::process::id());
    let admin = connect(match server {
        Server::Postgres => format!("{address}/postgres"),
        _ => format!("{address}/mysql"),
    })
    .await;
    execute(&admin, format!("CREATE DATABASE {name}")).await;
    let db = connect(format!("{address}/{name}")).await;

    // In a task of its own, so that a panic comes back as a value and the database is dropped all the same.
    let outcome = tokio::spawn(test(db.clone())).await;
    db.close().await.unwrap();
    execute(&admin, format!("DROP DATABASE {name}")).await;
    admin.close().await.unwrap();
    if let Err(failed) = outcome {
        std::panic::resume_unwind(failed.into_panic());
    }
}

/// Each row of a query that gives one column of text.
pub async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<String> {
    let query = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(query)
        .await
        .unwrap()
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect()
}

fn address(server: Server) -> Option<String> {
    let (variable, default) = match server {
        Server::Postgres => (
            "PITON_TEST_POSTGRES_URL",
            "postgres://postgres@127.0.0.1:5432",
        ),
        Server::MySql => ("PITON_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306"),
        Server::Sqlite => return None,
    };
    Some(std::env::var(variable).unwrap_or_else(|_| default.into()))
}

async fn connect(url: String) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    // One, since each connection to `sqlite::memory:` would open a database of its own.
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

async fn execute(db: &DatabaseConnection, sql: String) {
    db.execute_unprepared(&sql).await.unwrap();
}
