//! What a writer that was killed leaves beside a SQLite file.

use super::{half_way, thorough};
use crate::on;
use crate::support::fault;

/// Runs in a process of its own, which is killed: see below.
#[test]
#[ignore = "the child of another test"]
fn child_that_writes_until_it_is_killed() {
    let Some(file) = std::env::var_os("PITON_TEST_SQLITE_FILE") else {
        return;
    };
    let file = std::path::PathBuf::from(file);
    let connection = rusqlite::Connection::open(&file).unwrap();
    // Dirty pages go to the file before the commit, so that there is something to take back.
    connection
        .execute_batch(
            "PRAGMA cache_size = 10; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL",
        )
        .unwrap();
    for round in 1.. {
        connection
            .execute_batch("BEGIN; UPDATE kept SET n = n + 1")
            .unwrap();
        for _ in 0..20 {
            connection
                .execute_batch(
                    "UPDATE big SET t = hex(randomblob(500)); UPDATE kept SET n = n + 1000",
                )
                .unwrap();
            // After the first commit the killer may come at any moment.
            if round > 1 {
                std::fs::write(file.with_extension("ready"), "").unwrap();
            }
        }
        connection
            .execute_batch("UPDATE kept SET n = n - 20000; COMMIT")
            .unwrap();
        std::fs::write(file.with_extension("committed"), round.to_string()).unwrap();
    }
}

on! {
    [sqlite]
    fn a_journal_or_log_that_a_killed_writer_left_is_taken_in(env) {
        half_way(env);
        env.sql("CREATE TABLE kept (n integer); INSERT INTO kept VALUES (0); CREATE TABLE big (id integer PRIMARY KEY, t text); \
            WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 500) INSERT INTO big SELECT x, hex(zeroblob(500)) FROM c");
        let file = env.path("test.db");
        let rounds = if thorough() { 25 } else { 3 };
        let mut hot = 0;
        for (mode, beside) in [("DELETE", "test.db-journal"), ("WAL", "test.db-wal")] {
            env.sql(&format!("PRAGMA journal_mode = {mode}"));
            for round in 0..rounds {
                let _case = fault::case(44, env.backend());
                env.sql("UPDATE kept SET n = 0");
                for flag in ["ready", "committed"] {
                    drop(std::fs::remove_file(file.with_extension(flag)));
                }
                let mut child = std::process::Command::new(std::env::current_exe().unwrap())
                    .args(["--ignored", "--exact", "files::left_over::child_that_writes_until_it_is_killed"])
                    .env("PITON_TEST_SQLITE_FILE", &file)
                    .stdout(std::process::Stdio::null())
                    .spawn()
                    .unwrap();
                crate::support::wait_until("it writes", || file.with_extension("ready").exists());
                std::thread::sleep(std::time::Duration::from_millis(round * 7 % 40));
                child.kill().unwrap();
                child.wait().unwrap();
                let left = std::fs::metadata(env.path(beside)).is_ok_and(|left| left.len() > 0);
                hot += u32::from(left);
                // The first to come by is piton.
                env.piton(["current"]).ok().says(["001_a (1 revision pending)"]);
                env.piton(["upgrade"]).ok();
                let committed: i64 = env.read("test.committed").parse().unwrap();
                let n: i64 = env.value("SELECT n FROM kept").parse().unwrap();
                // The flag is written after the commit, and the killer may come in between.
                assert!(n == committed || n == committed + 1, "{n}, {committed}");
                assert_eq!(env.value("PRAGMA integrity_check"), "ok");
                assert_eq!(env.applied(), ["001_a", "002_b"]);
                env.piton(["downgrade"]).ok();
            }
        }
        assert!(hot >= 2, "{hot}");
    }

    [json, sqlite]
    fn a_parent_that_is_made_anew_keeps_every_child(env) {
        let _case = match env.backend() {
            crate::support::Backend::Sqlite => Some(fault::case(44, "sqlite")),
            _ => None,
        };
        env.up_down(
            "001_a",
            "CREATE TABLE parent (id integer PRIMARY KEY, name text);\n\
             CREATE TABLE child (id integer PRIMARY KEY, parent_id integer NOT NULL REFERENCES parent (id) ON DELETE CASCADE);\n\
             WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 1000) INSERT INTO parent SELECT x, 'p' FROM c;\n\
             INSERT INTO child SELECT id, id FROM parent;",
            "DROP TABLE child;\nDROP TABLE parent;",
        );
        env.up_down(
            "002_b",
            "CREATE TABLE parent_new (id integer PRIMARY KEY, name text NOT NULL);\nINSERT INTO parent_new SELECT * FROM parent;\n\
             DROP TABLE parent;\nALTER TABLE parent_new RENAME TO parent;",
            "SELECT 1;",
        );
        env.piton(["upgrade"]).ok();
        let children = match env.backend() {
            crate::support::Backend::Json => env.database().json_rows("child").len().to_string(),
            _ => env.value("SELECT count(*) FROM child"),
        };
        assert_eq!(children, "1000");
    }
}
