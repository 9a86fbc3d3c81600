//! Several processes at one file or store.

use std::time::{Duration, Instant};

use super::{half_way, thorough};
use crate::on;
use crate::support::{Backend, fault, wait_until};

/// Runs in a process of its own: see below.
#[test]
#[ignore = "the child of another test"]
fn child_that_has_the_store_open() {
    let Some(dir) = std::env::var_os("PITON_TEST_STORE").map(std::path::PathBuf::from) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let access = piton::json::Access::Write {
        wait: Duration::ZERO,
    };
    let store = runtime
        .block_on(piton::json::Store::open(&dir, access))
        .unwrap();
    std::fs::write(dir.with_extension("ready"), "").unwrap();
    std::thread::sleep(Duration::from_secs(60));
    drop(store);
}

on! {
    [json]
    fn an_application_that_has_the_store_open_is_named(env) {
        let _case = fault::case(42, env.backend());
        half_way(env);
        let mut application = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "files::shared::child_that_has_the_store_open"])
            .env("PITON_TEST_STORE", env.path("data"))
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        wait_until("it is open", || env.path("data.ready").exists());
        let name = format!("(process {} on ", application.id());
        for args in [&["upgrade", "--lock-timeout", "0s"][..], &["downgrade", "--lock-timeout", "1s"]] {
            env.piton(args.iter().copied()).ends(5).says(["is in use by faults-", name.as_str(), "next: try again"]);
        }
        env.piton(["current"]).ok().says(["001_a (1 revision pending)"]);
        application.kill().unwrap();
        application.wait().unwrap();
        env.piton(["upgrade", "--lock-timeout", "0s"]).ok();
    }

    [json, sqlite]
    fn many_writers_wait_for_each_other_and_no_update_is_lost(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY, n integer);\nINSERT INTO a VALUES (1, 0);", "DROP TABLE a;");
        env.piton(["upgrade"]).ok();
        let writers = if thorough() { 60 } else { 12 };
        for number in 2..2 + writers {
            env.up_down(&format!("{number:03}_more"), "UPDATE a SET n = n + 1;", "UPDATE a SET n = n - 1;");
        }
        // All at once, each with a target of its own or one above: every increment is there once.
        let runs: Vec<_> = (2..2 + writers)
            .map(|number| env.start(["upgrade", "--lock-timeout", "120s", "-r", &format!("{number:03}")]))
            .collect();
        let _case = fault::case(42, env.backend()).cases(writers);
        for run in runs {
            // A plan that another run has overtaken is run again by whoever started it.
            let output = run.output();
            assert!([0, 5].contains(&output.code), "{}", output.stderr);
        }
        env.piton(["upgrade"]).ok();
        let n = match env.backend() {
            Backend::Json => env.database().json_rows("a")[0]["n"].to_string(),
            _ => env.value("SELECT n FROM a"),
        };
        assert_eq!(n, writers.to_string());
        assert_eq!(env.applied().len() as u64, writers + 1);
    }

    [json, sqlite]
    fn a_killed_holder_frees_the_lock_at_once(env) {
        for _ in 0..if thorough() { 20 } else { 3 } {
            let _case = fault::case(42, env.backend());
            env.up_down("001_a", "CREATE TABLE a (id integer);\nWITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 900000000) SELECT max(x) FROM c;", "DROP TABLE a;");
            let holder = env.start(["upgrade"]);
            let lock = match env.backend() {
                Backend::Json => "data/piton.lock",
                _ => "test.db.piton-lock",
            };
            let pid = holder.pid().to_string();
            wait_until("the lock is signed", || std::fs::read_to_string(env.path(lock)).is_ok_and(|text| text.contains(&pid)));
            env.piton(["upgrade", "--lock-timeout", "0s"]).ends(5).says([pid.as_str()]);
            holder.kill();
            env.up_down("001_a", "CREATE TABLE a (id integer);", "DROP TABLE a;");
            let started = Instant::now();
            env.piton(["upgrade", "--lock-timeout", "0s"]).ok();
            assert!(started.elapsed() < Duration::from_secs(5));
            env.piton(["downgrade"]).ok();
        }
    }

    [json]
    fn readers_never_see_a_mixture(env) {
        env.up_down("001_a", "CREATE TABLE a (n integer);\nCREATE TABLE b (n integer);\nINSERT INTO a VALUES (0);\nINSERT INTO b VALUES (0);", "DROP TABLE b;\nDROP TABLE a;");
        for number in 2..=10 {
            env.up_down(&format!("{number:03}_more"), "UPDATE a SET n = n + 1;\nUPDATE b SET n = n + 1;", "UPDATE a SET n = n - 1;\nUPDATE b SET n = n - 1;");
        }
        env.piton(["upgrade", "-r", "001"]).ok();
        for number in 2..=10 {
            let mut writer = env.start(["upgrade", "-r", &format!("{number:03}")]);
            while !writer.has_ended() {
                let _case = fault::case(42, env.backend());
                let current = env.piton(["current", "--json"]).ok().hides(["edited", "warning"]).document();
                assert_eq!(current["findings"], serde_json::json!([]), "{current:#}");
            }
            writer.output().ok();
        }
    }

    [sqlite]
    fn a_busy_file_is_waited_for_and_then_5(env) {
        half_way(env);
        for mode in ["DELETE", "WAL"] {
            let _case = fault::case(44, env.backend()).cases(2);
            env.sql(&format!("PRAGMA journal_mode = {mode}"));
            let mut other = env.database().connect();
            other.query("BEGIN IMMEDIATE; UPDATE a SET n = n");
            env.piton(["current"]).ok().says(["001_a (1 revision pending)"]);
            let started = Instant::now();
            env.piton(["upgrade", "--lock-timeout", "1s"]).ends(5).says(["database is locked"]);
            let waited = started.elapsed();
            assert!(waited >= Duration::from_secs(1) && waited < Duration::from_secs(20), "{waited:?}");
            let waiting = env.start(["upgrade", "--lock-timeout", "60s"]);
            std::thread::sleep(Duration::from_millis(1500));
            other.query("COMMIT");
            waiting.output().ok();
            assert_eq!(env.applied(), ["001_a", "002_b"]);
            env.piton(["downgrade"]).ok();
        }
    }
}
