//! Where a test's database is, how it is made, and what it holds.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::client::{Connection, single};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Json,
    Sqlite,
    Postgres,
    Mysql,
}

impl Backend {
    pub fn is_server(self) -> bool {
        matches!(self, Backend::Postgres | Backend::Mysql)
    }

    /// Whether a failed revision leaves nothing behind.
    pub fn rolls_back(self) -> bool {
        self != Backend::Mysql
    }

    /// The address of the server, without a database.
    pub fn server(self) -> String {
        let (variable, default) = match self {
            Backend::Postgres => (
                "PITON_TEST_POSTGRES_URL",
                "postgres://postgres@127.0.0.1:5432",
            ),
            Backend::Mysql => ("PITON_TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306"),
            Backend::Json | Backend::Sqlite => panic!("{self:?} has no server"),
        };
        let url = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
        url.trim_end_matches('/').to_owned()
    }
}

/// As `DATABASE_TYPE` spells it, and `fault::case`.
impl AsRef<str> for Backend {
    fn as_ref(&self) -> &str {
        match self {
            Backend::Json => "json",
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgresql",
            Backend::Mysql => "mysql",
        }
    }
}

/// A database that is there for one test. It is dropped with this value, also when the test panics.
pub struct Database {
    backend: Backend,
    url: String,
    /// The server's database, or the file or directory.
    name: String,
    path: PathBuf,
}

impl Database {
    pub fn create(backend: Backend, dir: &Path) -> Database {
        let database = match backend {
            Backend::Json => Database {
                backend,
                url: "json:data".to_owned(),
                name: "data".to_owned(),
                path: dir.join("data"),
            },
            Backend::Sqlite => Database {
                backend,
                url: "sqlite://test.db".to_owned(),
                name: "test.db".to_owned(),
                path: dir.join("test.db"),
            },
            Backend::Postgres | Backend::Mysql => {
                let name = unique_name();
                Database {
                    backend,
                    url: format!("{}/{name}", backend.server()),
                    name,
                    path: PathBuf::new(),
                }
            }
        };
        if backend.is_server() {
            database.maintenance(&format!("CREATE DATABASE {}", database.name));
        }
        database
    }

    pub fn backend(&self) -> Backend {
        self.backend
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host and port of the server, as in `127.0.0.1:5432`.
    pub fn address(&self) -> String {
        let server = self.backend.server();
        let authority = server.split_once("://").map_or("", |(_, rest)| rest);
        authority.rsplit('@').next().unwrap_or_default().to_owned()
    }

    /// The file or directory of an embedded database.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A connection of another client's.
    pub fn connect(&self) -> Connection {
        match self.backend {
            Backend::Json => panic!("the JSON store has no other client: read its files"),
            Backend::Sqlite => Connection::sqlite(&self.path),
            Backend::Postgres => Connection::postgres(&self.url),
            Backend::Mysql => Connection::mysql(&self.url),
        }
    }

    /// Runs SQL on the server, outside this database.
    pub fn maintenance(&self, sql: &str) {
        let server = self.backend.server();
        let mut connection = match self.backend {
            Backend::Postgres => Connection::postgres(&format!("{server}/postgres")),
            _ => Connection::mysql(&format!("{server}/mysql")),
        };
        connection.query(sql);
    }

    pub(super) fn words(&self) -> Vec<(String, &'static str)> {
        if !self.backend.is_server() {
            return Vec::new();
        }
        vec![
            (self.name.clone(), "$DATABASE"),
            (self.address(), "$SERVER"),
        ]
    }

    pub fn tables(&self) -> Vec<String> {
        let mut tables: Vec<String> = match self.backend {
            Backend::Json => match self.manifest() {
                Some(manifest) => keys(&manifest["tables"]),
                None => Vec::new(),
            },
            Backend::Sqlite => self.column(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
            ),
            Backend::Postgres => self.column(
                "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace \
                 WHERE relkind IN ('r', 'p') AND nspname !~ '^pg_' AND nspname <> 'information_schema'",
            ),
            Backend::Mysql => self.column(
                "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()",
            ),
        };
        tables.retain(|table| table != "seaql_migrations" && table != "piton_journal");
        tables.sort();
        tables
    }

    pub fn applied(&self) -> Vec<String> {
        let there = match self.backend {
            Backend::Json => {
                let mut versions: Vec<String> = self
                    .json_rows("seaql_migrations")
                    .iter()
                    .map(|row| row["version"].as_str().expect("a text").to_owned())
                    .collect();
                versions.sort();
                return versions;
            }
            Backend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name = 'seaql_migrations'",
            Backend::Postgres => "SELECT count(*) FROM pg_class WHERE relname = 'seaql_migrations'",
            Backend::Mysql => {
                "SELECT count(*) FROM information_schema.TABLES \
                 WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'seaql_migrations'"
            }
        };
        if single(&self.connect().query(there), there) == "0" {
            return Vec::new();
        }
        let mut versions = self.column("SELECT version FROM seaql_migrations");
        versions.sort();
        versions
    }

    /// The rows of a table's file; none where there is no such file.
    pub fn json_rows(&self, table: &str) -> Vec<Value> {
        let Ok(text) = std::fs::read_to_string(self.path.join(format!("{table}.json"))) else {
            return Vec::new();
        };
        serde_json::from_str(&text).expect("table files are JSON arrays")
    }

    fn manifest(&self) -> Option<Value> {
        let text = std::fs::read_to_string(self.path.join("piton.manifest.json")).ok()?;
        Some(serde_json::from_str(&text).expect("the manifest is JSON"))
    }

    pub fn schema(&self) -> Vec<String> {
        let mut lines = match self.backend {
            Backend::Json => {
                let manifest = self.manifest().unwrap_or_default();
                let objects = manifest["schema"].as_array().cloned().unwrap_or_default();
                objects
                    .iter()
                    .map(|object| object["sql"].to_string())
                    .collect()
            }
            Backend::Sqlite => self.column("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"),
            Backend::Postgres => {
                let mut lines = self.column(
                    "SELECT concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), \
                     attnotnull, attidentity, pg_get_expr(adbin, adrelid)) \
                     FROM pg_attribute JOIN pg_class c ON c.oid = attrelid AND relkind = 'r' \
                     LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum \
                     WHERE attnum > 0 AND NOT attisdropped AND relnamespace = current_schema()::regnamespace",
                );
                lines.extend(
                    self.column(
                        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()",
                    ),
                );
                lines.extend(self.column(
                    "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) \
                     FROM pg_constraint WHERE connamespace = current_schema()::regnamespace",
                ));
                lines
            }
            Backend::Mysql => {
                let tables = self.column(
                    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()",
                );
                let mut connection = self.connect();
                tables
                    .iter()
                    .map(|table| {
                        let rows = connection.query(&format!("SHOW CREATE TABLE `{table}`"));
                        // The counter is not the schema's but the rows'.
                        rows[0][1]
                            .split(' ')
                            .filter(|word| !word.starts_with("AUTO_INCREMENT="))
                            .collect::<Vec<_>>()
                            .join(" ")
                    })
                    .collect()
            }
        };
        lines.sort();
        lines
    }

    fn column(&self, sql: &str) -> Vec<String> {
        let rows = self.connect().query(sql);
        rows.into_iter().map(|mut row| row.remove(0)).collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // A run that is still there (the test has panicked) must not keep the database.
        match self.backend {
            Backend::Json | Backend::Sqlite => {}
            Backend::Postgres => self.maintenance(&format!(
                "DROP DATABASE IF EXISTS {} WITH (FORCE)",
                self.name
            )),
            Backend::Mysql => {
                self.maintenance(&format!("DROP DATABASE IF EXISTS {}", self.name));
            }
        }
    }
}

/// A name that no other test's database or role has, in this run or another.
pub fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("piton_test_{}_{next}", std::process::id())
}

fn keys(value: &Value) -> Vec<String> {
    value
        .as_object()
        .map(|object| object.keys().cloned().collect())
        .unwrap_or_default()
}
