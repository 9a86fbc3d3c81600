//! Revisions that run: how they fail, how they are interrupted, and who else runs meanwhile.

#![cfg(feature = "app")]

#[path = "../support/mod.rs"]
mod support;

mod all;
mod breaking_out;
mod dbmate;
mod failing;
mod foreign_keys;
mod interrupted;
mod leaking;
mod logged;
mod looking;
mod measured;
mod offending;
mod stands;
mod together;
mod without;

use support::{Backend, TestEnvironment};

/// A statement that runs for about so long.
fn slow(env: &TestEnvironment, seconds: u32) -> String {
    match env.backend() {
        Backend::Postgres => format!("SELECT pg_sleep({seconds});"),
        Backend::Mysql => format!("DO SLEEP({seconds});"),
        // Some ten million rounds a second.
        Backend::Json | Backend::Sqlite => format!(
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {seconds} * 10000000) \
             SELECT max(x) FROM c;"
        ),
    }
}

/// Revisions `001_a`, which is quick, and `002_b`, which makes a table, is slow, and makes another.
fn quick_then_slow(env: &TestEnvironment, seconds: u32) {
    env.table_revision(1, "a");
    env.up_down(
        "002_b",
        &format!(
            "CREATE TABLE b (id integer PRIMARY KEY);\n{}\nCREATE TABLE b2 (id integer PRIMARY KEY);",
            slow(env, seconds)
        ),
        "DROP TABLE b2;\nDROP TABLE b;",
    );
}

/// Waits until the slow statement of [`quick_then_slow`] runs.
fn wait_until_slow(env: &TestEnvironment, running: &support::Running) {
    running.wait_for("applied 001_a");
    let seen = match env.backend() {
        Backend::Postgres => {
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND state = 'active' AND query LIKE 'SELECT pg_sleep%'"
        }
        Backend::Mysql => {
            "SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() \
             AND INFO LIKE 'DO SLEEP%'"
        }
        Backend::Json | Backend::Sqlite => {
            // Nobody else can see into these; what comes before it takes a few milliseconds.
            std::thread::sleep(std::time::Duration::from_millis(500));
            return;
        }
    };
    let mut connection = env.database().connect();
    support::wait_until("the slow statement runs", || connection.value(seen) == "1");
}
