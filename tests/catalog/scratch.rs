//! A database for one test, made and dropped by it, and what tests ask of a schema.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use piton::dialect::{Endpoint, Scope, Session, introspect};
use piton::schema::{Column, Name, Schema, Table};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::postgres::PgConnectOptions;

const TIMEOUT: Duration = Duration::from_secs(30);

fn url(variable: &str, default: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| default.to_owned())
}

pub fn postgres_options() -> PgConnectOptions {
    url(
        "PITON_TEST_POSTGRES_URL",
        "postgres://postgres@127.0.0.1:5432/postgres",
    )
    .parse()
    .unwrap()
}

pub fn mysql_options() -> MySqlConnectOptions {
    url("PITON_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql")
        .parse()
        .unwrap()
}

fn unique_name() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("piton_cat_{}_{next}", std::process::id())
}

/// A database of one's own, dropped with the value.
pub struct Scratch {
    pub session: Session,
    pub name: String,
    admin: Endpoint,
}

impl Scratch {
    pub async fn postgres() -> Scratch {
        let options = postgres_options();
        let name = unique_name();
        let endpoint = Endpoint::Postgres(Box::new(options.clone().database(&name)));
        Self::create(Endpoint::Postgres(Box::new(options)), endpoint, name, "").await
    }

    pub async fn mysql() -> Scratch {
        let options = mysql_options();
        let name = unique_name();
        let endpoint = Endpoint::Mysql(Box::new(options.clone().database(&name)));
        let collation = " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci";
        Self::create(
            Endpoint::Mysql(Box::new(options)),
            endpoint,
            name,
            collation,
        )
        .await
    }

    async fn create(admin: Endpoint, endpoint: Endpoint, name: String, suffix: &str) -> Scratch {
        let mut session = Session::connect(&admin, TIMEOUT).await.unwrap();
        session
            .run(&format!("CREATE DATABASE {name}{suffix}"))
            .await
            .unwrap();
        session.close().await;
        let session = Session::connect(&endpoint, TIMEOUT).await.unwrap();
        Scratch {
            session,
            name,
            admin,
        }
    }

    pub async fn run(&mut self, sql: &str) {
        if let Err(error) = self.session.run(sql).await {
            let at = error.position.unwrap_or(1) - 1;
            let near: String = sql.chars().skip(at).take(80).collect();
            panic!("{error:?} near {near}");
        }
    }

    /// A second session, as another user of MySQL.
    pub async fn as_user(&self, user: &str) -> Session {
        let options = mysql_options().username(user).password("looks");
        let endpoint = Endpoint::Mysql(Box::new(options.database(&self.name)));
        Session::connect(&endpoint, TIMEOUT).await.unwrap()
    }

    pub async fn schema(&mut self) -> Schema {
        introspect(&mut self.session, &Scope::default())
            .await
            .unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let admin = self.admin.clone();
        let force = match admin {
            Endpoint::Postgres(_) => " WITH (FORCE)",
            _ => "",
        };
        let sql = format!("DROP DATABASE {}{force}", self.name);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut session = Session::connect(&admin, TIMEOUT).await.unwrap();
                session.run(&sql).await.unwrap();
            });
        });
        thread.join().unwrap();
    }
}

/// What an introspection asks and how long it takes.
pub async fn measured(session: &mut Session) -> (Schema, usize, Duration) {
    let asked = Arc::new(Mutex::new(0));
    let counter = asked.clone();
    session.observe(Some(Arc::new(move |_, _| *counter.lock().unwrap() += 1)));
    let started = std::time::Instant::now();
    let schema = introspect(session, &Scope::default()).await.unwrap();
    let took = started.elapsed();
    session.observe(None);
    let count = *asked.lock().unwrap();
    (schema, count, took)
}

pub fn column<'t>(table: &'t Table, name: &str) -> &'t Column {
    table
        .column(name)
        .unwrap_or_else(|| panic!("no column {name}"))
}

pub fn table<'s>(schema: &'s Schema, name: &str) -> &'s Table {
    let name = match name.split_once('|') {
        Some((namespace, name)) => Name::within(namespace, name),
        None => Name::new(name),
    };
    schema
        .table(&name)
        .unwrap_or_else(|| panic!("no table {name}"))
}

/// A SQLite database in memory.
pub async fn sqlite() -> Session {
    let options = sqlx::sqlite::SqliteConnectOptions::new().in_memory(true);
    Session::connect(&Endpoint::Sqlite(Box::new(options)), TIMEOUT)
        .await
        .unwrap()
}

/// That two models are equal; says where they first differ.
pub fn assert_same<T: PartialEq + std::fmt::Debug>(read: &T, expected: &T) {
    if read != expected {
        let (read, expected) = (format!("{read:#?}"), format!("{expected:#?}"));
        let mut lines = read.lines().zip(expected.lines()).enumerate();
        let (at, (one, other)) = lines.find(|(_, (a, b))| a != b).unwrap();
        let before: Vec<_> = read.lines().take(at).collect();
        let before = before[at.saturating_sub(12)..].join("\n");
        panic!("after\n{before}\nread {one}\nnot  {other}");
    }
}
