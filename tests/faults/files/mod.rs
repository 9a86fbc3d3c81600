//! The JSON store and SQLite: their files damaged, edited, read-only, full, shared, left behind by a crash.

mod damaged;
mod edited;
mod left_over;
mod no_room;
mod power_loss;
mod read_only;
mod shared;

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::{Backend, TestEnvironment};

/// `001_a`, a table with a few rows, applied; `002_b`, which changes them and makes another table, pending.
fn half_way(env: &TestEnvironment) {
    env.up_down(
        "001_a",
        "CREATE TABLE a (id integer PRIMARY KEY, name varchar(20) NOT NULL UNIQUE, n integer, parent_id integer REFERENCES a (id), j json);\n\
         INSERT INTO a VALUES (1, 'one', 1, NULL, '{\"b\": [1, 2]}'), (2, '二', 2, 1, NULL);",
        "DROP TABLE a;",
    );
    env.up_down(
        "002_b",
        "UPDATE a SET n = n + 1;\nCREATE TABLE b (id integer PRIMARY KEY);",
        "DROP TABLE b;\nUPDATE a SET n = n - 1;",
    );
    env.piton(["upgrade", "-r", "001_a"]).ok();
}

/// The file that a person would look at: the rows of `a`, or the database.
fn main_file(env: &TestEnvironment) -> String {
    match env.backend() {
        Backend::Json => "data/a.json".to_owned(),
        _ => "test.db".to_owned(),
    }
}

/// All files below a directory, with their contents; what only says who was there last is left out.
fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    fn collect(dir: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else if !path.to_string_lossy().ends_with("lock") {
                found.insert(path.display().to_string(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(dir, &mut found);
    found
}

/// Whether the long versions are wanted.
fn thorough() -> bool {
    std::env::var_os("PITON_TEST_THOROUGH").is_some()
}
