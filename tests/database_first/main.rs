//! A database that came first: its entities are written by `piton schema --format entity`, and a project that
//! compiles them in finds nothing to do.
//!
//! `postgres`, `mariadb` and `sqlite` hold what is written for the script of the same name; `PITON_BLESS=1` writes
//! them anew.

#[allow(dead_code, unused_imports, reason = "a project would use more of it")]
#[rustfmt::skip]
mod mariadb;
#[allow(dead_code, unused_imports, reason = "a project would use more of it")]
#[rustfmt::skip]
mod postgres;
#[allow(dead_code, unused_imports, reason = "a project would use more of it")]
#[rustfmt::skip]
mod sqlite;
#[path = "../support/mod.rs"]
#[macro_use]
mod support;
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use piton::{Entities, Piton};
use sea_orm::DbBackend;
use support::{Backend, TestEnvironment};

/// The variable that holds the arguments of [`piton_of_these_entities`].
const ARGUMENTS: &str = "PITON_TEST_ARGUMENTS";

/// The name of a backend's script and folder.
fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Json | Backend::Sqlite => "sqlite",
        Backend::Postgres => "postgres",
        Backend::Mysql => "mariadb",
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/database_first")
}

/// Loads the script as another client would.
fn load(env: &TestEnvironment) {
    let path = folder().join(format!("{}.sql", name(env.backend())));
    env.sql(&std::fs::read_to_string(path).unwrap());
}

/// The files of a folder by their names.
fn files(dir: &Path) -> BTreeMap<String, String> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| {
            let entry = entry.unwrap();
            (
                entry.file_name().into_string().unwrap(),
                std::fs::read_to_string(entry.path()).unwrap(),
            )
        })
        .collect()
}

/// The `piton` of a project that has these entities compiled in, which the tests start as a process.
#[test]
#[ignore = "what the other tests start, with arguments"]
fn piton_of_these_entities() {
    let arguments = std::env::var(ARGUMENTS).expect("the arguments");
    let code = Piton::new()
        .entities(|backend| match backend {
            DbBackend::Postgres => {
                let all = postgres::registry::registry();
                entities(all.tables, all.indexes, all.statements)
            }
            DbBackend::MySql => {
                let all = mariadb::registry::registry();
                entities(all.tables, all.indexes, all.statements)
            }
            _ => {
                let all = sqlite::registry::registry();
                entities(all.tables, all.indexes, all.statements)
            }
        })
        .run_with(arguments.split('\n'));
    assert_eq!(code, ExitCode::SUCCESS);
}

fn entities(
    tables: Vec<sea_orm::sea_query::TableCreateStatement>,
    indexes: Vec<sea_orm::sea_query::IndexCreateStatement>,
    statements: Vec<String>,
) -> Entities {
    Entities {
        tables,
        indexes,
        statements,
    }
}

/// Runs [`piton_of_these_entities`] and gives all that it printed; it must end with 0.
#[track_caller]
fn with_entities(env: &TestEnvironment, arguments: &[&str]) -> String {
    let arguments = [&["piton"], arguments].concat().join("\n");
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "piton_of_these_entities",
            "--ignored",
            "--nocapture",
        ])
        .current_dir(env.dir())
        .env_clear()
        .env("HOME", env.dir())
        .env("DATABASE_URL", env.url())
        .env(ARGUMENTS, arguments)
        // A test's thread has less than a process's first one.
        .env("RUST_MIN_STACK", (8 * 1024 * 1024).to_string())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{said}");
    said
}

on! {
    [sqlite, postgres, mysql]
    fn the_entities_are_written_as_they_are_compiled_in(env) {
        load(env);
        env.piton(["schema", "--format", "entity", "--output", "written"]).ok();
        let (written, golden) = (env.path("written"), folder().join(name(env.backend())));
        if std::env::var_os("PITON_BLESS").is_some() {
            std::fs::remove_dir_all(&golden).unwrap();
            std::fs::create_dir(&golden).unwrap();
            for (file, text) in files(&written) {
                std::fs::write(golden.join(file), text).unwrap();
            }
        }
        let (written, golden) = (files(&written), files(&golden));
        assert_eq!(
            written.keys().collect::<Vec<_>>(),
            golden.keys().collect::<Vec<_>>()
        );
        for (file, text) in &written {
            assert!(*text == golden[file], "PITON_BLESS=1 would write {file}:\n{text}");
        }
    }

    [sqlite, postgres, mysql]
    fn a_project_of_the_entities_finds_nothing_to_do(env) {
        load(env);
        with_entities(env, &["init"]);
        let said = with_entities(env, &["diff", "database", "entities", "--exit-code"]);
        assert!(said.contains("no difference"), "{said}");
        let said = with_entities(env, &["diff", "entities", "database", "--exit-code"]);
        assert!(said.contains("no difference"), "{said}");
        let said = with_entities(env, &["create", "-m", "what is missing"]);
        assert!(said.contains("nothing to do"), "{said}");
        assert_eq!(files(&env.path("migrations")).len(), 0);
        let said = with_entities(env, &["check", "--only", "drift"]);
        assert!(said.contains("all is as it should be"), "{said}");
    }

    [sqlite, postgres, mysql]
    fn what_the_entities_make_is_the_database_that_came_first(env) {
        load(env);
        let other = match env.backend() {
            Backend::Json | Backend::Sqlite => TestEnvironment::sqlite(),
            Backend::Postgres => TestEnvironment::postgres(),
            Backend::Mysql => TestEnvironment::mysql(),
        };
        let other = other.expect("the first one was to be had");
        with_entities(&other, &["create_tables", "--no-stamp"]);
        // Two databases, of which everything is compared: functions, triggers, views and all.
        let url = match env.backend() {
            // Four slashes: the path is absolute.
            Backend::Sqlite => format!("sqlite:///{}", other.path("test.db").display()),
            _ => other.url().to_owned(),
        };
        for pair in [["database", &url], [&url, "database"]] {
            let arguments = ["diff", pair[0], pair[1], "--exit-code"];
            env.piton(arguments).ok().says(["no difference"]);
        }
    }
}
