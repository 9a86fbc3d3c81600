//! Several runs at once on one database.

use std::time::{Duration, Instant};

use crate::support::{Backend, TestEnvironment, fault, wait_until};
use crate::{on, quick_then_slow, slow, wait_until_slow};

/// How often the journal says that each revision was applied.
fn times_applied(env: &TestEnvironment) -> Vec<(String, usize)> {
    let rows: Vec<(String, String, String)> = match env.backend() {
        Backend::Json => env
            .database()
            .json_rows("piton_journal")
            .iter()
            .map(|row| {
                let text = |key: &str| row[key].as_str().unwrap().to_owned();
                (text("revision"), text("action"), text("state"))
            })
            .collect(),
        _ => env
            .sql("SELECT revision, action, state FROM piton_journal")
            .into_iter()
            .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
            .collect(),
    };
    env.applied()
        .into_iter()
        .map(|id| {
            let times = rows
                .iter()
                .filter(|(revision, action, state)| {
                    *revision == id && action == "upgrade" && state == "done"
                })
                .count();
            (id, times)
        })
        .collect()
}

on! {
    [json, sqlite, postgres, mysql]
    fn of_two_upgrades_at_once_one_applies_and_both_end_well(env) {
        let _case = fault::case(8, env.backend());
        quick_then_slow(env, 1);
        let first = env.start(["upgrade"]);
        let second = env.start(["upgrade"]);
        let (first, second) = (first.output().ok(), second.output().ok());
        let said = format!("{}{}", first.stdout, second.stdout);
        assert!(said.contains("2 revisions applied"), "{said}");
        assert!(said.contains("nothing left to do") || said.contains("nothing to do"), "{said}");
        assert_eq!(times_applied(env), [("001_a".to_owned(), 1), ("002_b".to_owned(), 1)]);
        assert_eq!(env.tables(), ["a", "b", "b2"]);
    }

    [json, sqlite, postgres, mysql]
    fn of_two_upgrades_of_rust_revisions_one_applies_and_both_end_well(env) {
        let _case = fault::case(8, env.backend());
        let runs = [env.start(["upgrade"]), env.start(["upgrade"]), env.start(["upgrade"])];
        for run in runs {
            run.output().ok();
        }
        let times = times_applied(env);
        assert_eq!(times.len(), 6);
        assert!(times.iter().all(|(_, times)| *times == 1), "{times:?}");
    }

    [postgres]
    fn ten_upgrades_with_an_index_made_concurrently_do_not_deadlock(env) {
        let _case = fault::case(9, env.backend());
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY, name text);\nINSERT INTO a SELECT i, i FROM generate_series(1, 10000) i;", "");
        env.revision("002_b", "-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY a_name ON a (name);\n");
        env.table_revision(3, "c");
        let started = Instant::now();
        let runs: Vec<_> = (0..10).map(|_| env.start(["upgrade"])).collect();
        for run in runs {
            run.output().ok();
        }
        assert!(started.elapsed() < Duration::from_secs(45));
        let times = times_applied(env);
        assert_eq!(times.len(), 3);
        assert!(times.iter().all(|(_, times)| *times == 1), "{times:?}");
        assert_eq!(env.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
    }

    [json, sqlite, postgres, mysql]
    fn a_lock_that_is_held_at_the_deadline_is_5_and_the_holder_is_named(env) {
        let _case = fault::case(10, env.backend());
        quick_then_slow(env, 30);
        let holder = env.start(["upgrade"]);
        wait_until_slow(env, &holder);
        let started = Instant::now();
        let output = env.piton(["upgrade", "--lock-timeout", "1s"]).ends(5);
        assert!(output.stderr.matches("waiting for the lock").count() <= 1, "said once: {}", output.stderr);
        assert!(started.elapsed() >= Duration::from_secs(1));
        assert!(started.elapsed() < Duration::from_secs(15));
        match env.backend() {
            Backend::Postgres => output.says(["held by process ", " of postgres"]),
            Backend::Mysql => output.says(["held by process ", " of root"]),
            Backend::Sqlite | Backend::Json => {
                let pid = holder.pid().to_string();
                output.says([pid.as_str()])
            }
        };
        holder.kill();
    }

    [sqlite, postgres]
    fn a_downgrade_waits_for_an_upgrade_and_runs_nothing_that_was_not_planned(env) {
        let _case = fault::case(18, env.backend());
        quick_then_slow(env, 2);
        let up = env.start(["upgrade"]);
        wait_until_slow(env, &up);
        let down = env.piton(["downgrade"]);
        up.output().ok();
        down.ends(5).says(["nothing was run", "run the command again"]);
        assert_eq!(env.applied(), ["001_a", "002_b"]);
        env.piton(["downgrade"]).ok().says(["took back 002_b"]);
    }

    [json, sqlite, postgres, mysql]
    fn an_upgrade_waits_for_a_downgrade_and_runs_only_what_is_so_then(env) {
        let _case = fault::case(18, env.backend());
        env.table_revision(1, "a");
        env.up_down("002_b", "CREATE TABLE b (id integer PRIMARY KEY);", &format!("{}\nDROP TABLE b;", slow(env, 2)));
        env.piton(["upgrade"]).ok();
        env.table_revision(3, "c");
        let down = env.start(["downgrade", "-r", "base"]);
        std::thread::sleep(Duration::from_millis(700));
        let up = env.piton(["upgrade"]);
        down.output().ok();
        match up.code {
            5 => {
                up.says(["nothing was run"]);
                assert_eq!(env.applied(), [""; 0]);
                assert_eq!(env.tables(), [""; 0]);
            }
            _ => {
                up.ok();
                assert_eq!(env.tables(), ["a", "b", "c"]);
            }
        }
        env.piton(["upgrade"]).ok();
        assert_eq!(env.applied(), ["001_a", "002_b", "003_c"]);
    }

    [mysql]
    fn a_revision_that_is_being_applied_is_waited_for_and_not_taken_for_half_applied(env) {
        let _case = fault::case(8, env.backend());
        quick_then_slow(env, 2);
        let up = env.start(["upgrade"]);
        wait_until_slow(env, &up);
        let waited = env.piton(["upgrade"]).ok().says(["waiting for the lock, held by process", "nothing to do: at 002_b"]);
        assert_eq!(waited.stderr.matches("waiting for the lock").count(), 1, "said once: {}", waited.stderr);
        up.output().ok();
        assert_eq!(times_applied(env), [("001_a".to_owned(), 1), ("002_b".to_owned(), 1)]);
    }

    [postgres]
    fn a_revision_without_a_transaction_is_waited_for_too(env) {
        env.revision("001_a", "-- migrate:up transaction:false\nCREATE TABLE a (id integer);\nSELECT pg_sleep(2);\nCREATE TABLE b (id integer);\n");
        let up = env.start(["upgrade"]);
        let mut other = env.database().connect();
        wait_until("it sleeps", || {
            other.value("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'") == "1"
        });
        env.piton(["upgrade"]).ok().says(["waiting for the lock, held by process", "nothing to do: at 001_a"]);
        up.output().ok();
    }

    [sqlite, postgres]
    fn who_looks_while_a_run_goes_on_never_sees_half_of_it(env) {
        for number in 1..=150 {
            env.table_revision(number, &format!("t{number}"));
        }
        for args in [["upgrade", "-r", "head"], ["downgrade", "-r", "base"]] {
            let mut run = env.start(args);
            while !run.has_ended() {
                let current = env.piton(["current", "--json"]).ok().document();
                assert_eq!(current["findings"], serde_json::json!([]), "{current:#}");
            }
            run.output().ok();
        }
    }
}
