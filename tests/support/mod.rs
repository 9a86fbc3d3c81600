//! A world for one test: its own directory, its own database, `piton` with no environment but this.
//!
//! What `piton` did is asked of the database itself, never of `piton`.

#![allow(dead_code, reason = "each test file uses the part that it needs")]
#![allow(unused_imports, reason = "each test file uses the part that it needs")]

mod backend;
mod client;
pub mod fault;
mod output;
pub mod redis;
mod running;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

pub use backend::unique_name;
pub use backend::{Backend, Database};
pub use client::Connection;
pub use output::Output;
pub use running::{Running, wait_until};

/// Writes a test for each of the backends named: `name::postgres`, `name::json`, ...
///
/// The backend is in the test's name because that is how `./test` leaves out those that need a server.
#[macro_export]
macro_rules! on {
    ($($(#[$attribute:meta])* [$($backend:ident),+] fn $name:ident($env:ident) $body:block)+) => {$(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "not every check needs what the file has")]
            use super::*;

            fn check($env: &$crate::support::TestEnvironment) $body

            $(
                #[test]
                fn $backend() {
                    if let Some(env) = $crate::support::TestEnvironment::$backend() {
                        check(&env);
                    }
                }
            )+
        }
    )+};
}

/// One test's world. Dropping it removes all that belongs to it.
pub struct TestEnvironment {
    database: Database,
    dir: TempDir,
}

impl TestEnvironment {
    /// A world around a backend of one's own; `None` where servers are not to be used.
    fn on(backend: Backend) -> Option<TestEnvironment> {
        if backend.is_server() && std::env::var_os("PITON_TEST_EMBEDDED_ONLY").is_some() {
            return None;
        }
        let dir = tempfile::Builder::new()
            .prefix("piton-test-")
            .tempdir()
            .expect("a temporary directory");
        let database = Database::create(backend, dir.path());
        Some(TestEnvironment { database, dir })
    }

    pub fn json() -> Option<TestEnvironment> {
        TestEnvironment::on(Backend::Json)
    }

    pub fn sqlite() -> Option<TestEnvironment> {
        TestEnvironment::on(Backend::Sqlite)
    }

    pub fn postgres() -> Option<TestEnvironment> {
        TestEnvironment::on(Backend::Postgres)
    }

    pub fn mysql() -> Option<TestEnvironment> {
        TestEnvironment::on(Backend::Mysql)
    }

    /// A world on the JSON store, which needs nothing.
    pub fn new() -> TestEnvironment {
        TestEnvironment::on(Backend::Json).expect("the JSON store needs no server")
    }

    pub fn backend(&self) -> Backend {
        self.database.backend()
    }

    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What `DATABASE_URL` is set to.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// `piton` with these arguments, not yet started: environment cleared, no terminal.
    pub fn command<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_piton"));
        command
            .args(args)
            .current_dir(self.dir.path())
            .env_clear()
            .env("HOME", self.dir.path())
            .env("DATABASE_URL", self.url())
            .stdin(Stdio::null());
        command
    }

    /// Runs `piton` to its end.
    pub fn piton<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Output {
        self.output_of(self.command(args))
    }

    /// Runs a command made by [`TestEnvironment::command`] to its end.
    pub fn output_of(&self, mut command: Command) -> Output {
        let arguments: Vec<String> = command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned())
            .collect();
        let output = command.output().expect("piton starts");
        Output::new(&arguments, &output, &self.words())
    }

    /// Starts `piton` and leaves it running.
    pub fn start<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Running {
        self.started(self.command(args))
    }

    /// Starts a command made by [`TestEnvironment::command`] and leaves it running.
    pub fn started(&self, command: Command) -> Running {
        Running::start(command, self.words())
    }

    /// What this world's names become in normalised output.
    fn words(&self) -> Vec<(String, &'static str)> {
        let dir = self.dir.path().display().to_string();
        let mut words = vec![(dir, "$DIR")];
        words.extend(self.database.words());
        words
    }

    /// Writes a file under the directory, and the folders on the way.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        let folder = path.parent().expect("inside the directory");
        std::fs::create_dir_all(folder).expect("folders can be made");
        std::fs::write(path, content).expect("files can be written");
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file can be read")
    }

    /// Writes `migrations/NAME.sql`, and a `piton.toml` for which that folder is the whole history.
    pub fn revision(&self, name: &str, content: impl AsRef<[u8]>) {
        self.write(&format!("migrations/{name}.sql"), content);
        if !self.path("piton.toml").exists() {
            self.write(
                "piton.toml",
                "[revisions]\ndir = \"migrations\"\nbuiltin = false\n",
            );
        }
    }

    /// A revision with one line of SQL each way.
    pub fn up_down(&self, name: &str, up: &str, down: &str) {
        self.revision(
            name,
            format!("-- {name}\n-- migrate:up\n{up}\n-- migrate:down\n{down}\n"),
        );
    }

    /// A revision that makes the table `name` and drops it, `number` in the order.
    pub fn table_revision(&self, number: u32, table: &str) {
        self.up_down(
            &format!("{number:03}_{table}"),
            &format!("CREATE TABLE {table} (id integer PRIMARY KEY);"),
            &format!("DROP TABLE {table};"),
        );
    }

    /// The names of all tables but Piton's own two, sorted.
    pub fn tables(&self) -> Vec<String> {
        self.database.tables()
    }

    /// The revisions that the database's history table holds, sorted.
    pub fn applied(&self) -> Vec<String> {
        self.database.applied()
    }

    /// Everything that the database's own catalogs say of its schema, one line a thing.
    pub fn schema(&self) -> Vec<String> {
        self.database.schema()
    }

    /// Runs SQL as another client of the same database. Not for the JSON store.
    pub fn sql(&self, sql: &str) -> Vec<Vec<String>> {
        self.database.connect().query(sql)
    }

    /// The single value that SQL gives.
    pub fn value(&self, sql: &str) -> String {
        client::single(&self.sql(sql), sql)
    }
}
