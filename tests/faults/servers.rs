//! What only a server of the test's own can show: a pooler before it, deadlocks, its log, another clock.

use std::collections::HashMap;
use std::time::Duration;

use crate::harness::{Bouncer, Mariadb, Postgres, program};
use crate::on;
use crate::support::{Backend, TestEnvironment, fault, wait_until};

on! {
    [postgres]
    fn a_pooler_in_transaction_mode_is_refused_before_any_ddl_idle_or_busy(env) {
        let Some(bouncer) = Bouncer::before("PgBouncer", &env.database().address(), "transaction", &["default_pool_size = 3"]) else {
            fault::not_run(12, "postgresql", "no PgBouncer here (Debian: pgbouncer)");
            return;
        };
        env.table_revision(1, "a");
        let url = bouncer.url(env.database().name());
        {
            let _case = fault::case(12, "postgresql");
            env.piton(["upgrade", "--url", &url]).ends(3).says(["pooler in transaction mode", "nothing was run", "session mode"]);
            assert_eq!(env.tables(), [""; 0]);
        }
        let _case = fault::case(12, "postgresql");
        let busy: Vec<_> = (0..2).map(|_| {
            let url = url.clone();
            std::thread::spawn(move || {
                let mut client = crate::support::Connection::postgres(&url);
                for _ in 0..400 {
                    drop(client.try_query("BEGIN; SELECT pg_sleep(0.003); COMMIT"));
                }
            })
        }).collect();
        for _ in 0..5 {
            env.piton(["upgrade", "--url", &url]).ends(3).says(["pooler in transaction mode"]);
        }
        for client in busy {
            client.join().unwrap();
        }
        assert_eq!(env.tables(), [""; 0]);
        assert_eq!(env.value("SELECT count(*) FROM pg_class WHERE relname IN ('seaql_migrations', 'piton_journal')"), "0");
        let session = Bouncer::before("PgBouncer", &env.database().address(), "session", &[]).expect("it was there");
        env.piton(["upgrade", "--url", &session.url(env.database().name())]).ok();
        assert_eq!(env.tables(), ["a"]);
    }

    [postgres]
    fn an_index_that_could_not_be_made_concurrently_is_named_and_made_again(env) {
        let _case = fault::case(11, "postgresql");
        env.up_down("001_a", "CREATE TABLE a (id integer);\nINSERT INTO a VALUES (1), (1);", "DROP TABLE a;");
        env.revision("002_b", "-- migrate:up transaction:false\nCREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);\n");
        env.piton(["upgrade"]).ends(7).says(["the invalid index", "a_id", "piton repair --resume"]);
        assert_eq!(env.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "1");
        env.sql("DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)");
        env.piton(["repair", "--resume"]).ok();
        assert_eq!(env.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
        assert_eq!(env.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_id'::regclass"), "t");
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }

    [postgres]
    fn a_deadlock_is_tried_again(env) {
        let _case = fault::case(14, "postgresql");
        env.table_revision(1, "a");
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok();
        env.up_down("003_c", "LOCK TABLE a;\nSELECT pg_sleep(1);\nLOCK TABLE b;\nCREATE TABLE c (id integer);", "DROP TABLE c;");
        let mut other = env.database().connect();
        // The server looks for deadlocks after a second, and ends whoever looks first.
        other.query("SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE b");
        let running = env.start(["upgrade"]);
        let mut third = env.database().connect();
        wait_until("it holds a", || third.value("SELECT count(*) FROM pg_locks WHERE relation = 'a'::regclass AND mode = 'AccessExclusiveLock' AND granted") == "1");
        other.query("LOCK TABLE a; COMMIT");
        running.output().ok().says(["deadlock detected", "trying again", "applied 003_c"]);
        assert_eq!(env.tables(), ["a", "b", "c"]);
    }

    [mysql]
    fn a_deadlock_on_mysql_is_told_with_what_stands(env) {
        let _case = fault::case(14, "mysql");
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY, x integer);\nINSERT INTO a VALUES (1, 0), (2, 0);", "DROP TABLE a;");
        env.piton(["upgrade"]).ok();
        env.up_down(
            "002_b",
            "CREATE TABLE b (id integer);\nSTART TRANSACTION;\nUPDATE a SET x = 1 WHERE id = 1;\nDO SLEEP(1);\nUPDATE a SET x = 1 WHERE id = 2;\nCOMMIT;",
            "DROP TABLE b;",
        );
        let mut other = env.database().connect();
        // The one with more rows changed is kept.
        other.query("CREATE TABLE heavy (id integer); INSERT INTO heavy VALUES (1); START TRANSACTION; INSERT INTO heavy SELECT 1 FROM information_schema.COLLATIONS; UPDATE a SET x = 2 WHERE id = 2");
        let running = env.start(["upgrade"]);
        let mut third = env.database().connect();
        wait_until("it sleeps", || third.value("SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'DO SLEEP%'") == "1");
        other.query("UPDATE a SET x = 2 WHERE id = 1; COMMIT");
        running.output().ends(7).says(["Deadlock", "(1213)", "002_b is half applied"]);
        env.piton(["upgrade"]).ends(7);
        env.piton(["repair", "--resume"]).ok();
        assert_eq!(env.value("SELECT sum(x) FROM a"), "2");
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_clock_that_is_a_day_off_changes_neither_order_nor_lock(env) {
        let Some(faketime) = program("faketime") else {
            fault::not_run(20, env.backend(), "no faketime here (Debian: faketime)");
            crate::harness::not_run("a clock that is a day off", "no faketime here (Debian: faketime)");
            return;
        };
        let at = |days: &str, args: &[&str]| {
            let piton = env.command([]);
            let mut command = std::process::Command::new(&faketime);
            command.env_clear().current_dir(env.dir()).arg("-f").arg(days).arg(piton.get_program()).args(args);
            for (key, value) in piton.get_envs() {
                command.env(key, value.unwrap_or_default());
            }
            env.output_of(command)
        };
        for days in ["-1d", "+1d"] {
            let _case = fault::case(20, env.backend());
            env.table_revision(1, "a");
            env.table_revision(2, "b");
            at(days, &["upgrade", "-r", "001"]).ok();
            env.piton(["upgrade"]).ok().says(["applied 002_b"]);
            at(days, &["current"]).ok().says(["002_b"]).hides(["warning"]);
            at(days, &["downgrade"]).ok();
            env.piton(["history"]).ok();
            at(days, &["upgrade"]).ok().says(["applied 002_b"]);
            assert_eq!(env.applied(), ["001_a", "002_b"]);
            if env.backend().is_server() {
                // When it was is said by the server's clock.
                let near = "SELECT count(*) FROM seaql_migrations WHERE applied_at BETWEEN 1";
                assert_eq!(env.value(&format!("{near} AND 99999999999")), "2");
                let now = match env.backend() {
                    Backend::Postgres => "extract(epoch FROM now())",
                    _ => "UNIX_TIMESTAMP()",
                };
                assert_eq!(env.value(&format!("SELECT count(*) FROM seaql_migrations WHERE abs(applied_at - {now}) < 3600")), "2");
            }
            env.piton(["downgrade", "-r", "base"]).ok();
        }
    }
}

/// What only looks, each with its arguments. `check` makes a scratch database of its own and drops it, where
/// a server has to be asked what the entities mean; nothing else of the server is touched.
const LOOKING: [&[&str]; 8] = [
    &["current"],
    &["history"],
    &["check"],
    &["upgrade", "--dry-run"],
    &["downgrade", "-r", "base", "--dry-run"],
    &["show"],
    &["diff"],
    &["repair"],
];

/// Runs each of them on a database that is empty, and on one that has a revision and another pending.
fn look_at(url: &str, since: impl Fn() -> String, is_write: impl Fn(&str) -> bool) {
    let env = TestEnvironment::new();
    env.table_revision(1, "a");
    for stage in ["empty", "at 001"] {
        for args in LOOKING {
            let before = since().len();
            let mut all = args.to_vec();
            all.extend(["--url", url]);
            env.piton(all);
            std::thread::sleep(Duration::from_millis(100));
            let log = since();
            let writes: Vec<&str> = log[before..]
                .lines()
                .filter(|line| is_write(line) && !line.contains("piton_scratch_"))
                .collect();
            assert!(
                writes.is_empty(),
                "{stage}: {args:?}\n{}",
                writes.join("\n")
            );
        }
        env.piton(["upgrade", "--url", url]).ok();
        env.table_revision(2, "b");
    }
    env.table_revision(3, "c");
    let before = since().len();
    env.piton(["upgrade", "--url", url]).ok();
    std::thread::sleep(Duration::from_millis(100));
    assert!(
        since()[before..].lines().any(&is_write),
        "a write would be seen"
    );
}

/// The general log with the database of its connection behind each query.
fn with_databases(log: &str) -> String {
    let mut databases: HashMap<Option<String>, &str> = HashMap::new();
    let mut text = String::new();
    for line in log.lines() {
        text.push_str(line);
        let id = |head: &'_ str| head.split_whitespace().next_back().map(str::to_owned);
        if let Some((head, what)) = line.split_once("Connect\t") {
            let database = what.split_once(" on ").map_or("", |(_, rest)| rest);
            databases.insert(id(head), database.split(' ').next().unwrap_or_default());
        } else if let Some((head, _)) = line.split_once("Query\t") {
            let database = databases.get(&id(head)).copied().unwrap_or_default();
            text.push_str(&format!(" -- on {database}"));
        }
        text.push('\n');
    }
    text
}

fn writes(statement: &str) -> bool {
    const WORDS: [&str; 13] = [
        "create", "alter", "drop", "insert", "update", "delete", "truncate", "grant", "revoke",
        "comment", "lock", "replace", "rename",
    ];
    // Each statement of a message counts.
    statement.split(';').any(|one| {
        let first = one
            .trim_start()
            .split(|c: char| !c.is_ascii_alphabetic())
            .next()
            .unwrap_or_default();
        WORDS.contains(&first.to_ascii_lowercase().as_str())
    })
}

#[test]
fn what_only_looks_writes_nothing_by_the_log_of_postgres() {
    let Some(server) = Postgres::start(
        "the log of PostgreSQL",
        &["log_statement=all", "log_line_prefix=%d "],
    ) else {
        fault::not_run(21, "postgresql", "no PostgreSQL server's binaries here");
        return;
    };
    let _case = fault::case(21, "postgresql").cases(LOOKING.len() as u64 * 2);
    look_at(
        &server.url("postgres"),
        || server.log(),
        |line| {
            line.split_once("statement: ")
                .or(line.split_once("execute <unnamed>: "))
                .is_some_and(|(_, sql)| writes(sql))
        },
    );
}

#[test]
fn what_only_looks_writes_nothing_by_the_log_of_mariadb() {
    let Some(server) = Mariadb::start(
        "the log of MariaDB",
        &["general-log=1", "general-log-file=general.log"],
    ) else {
        fault::not_run(21, "mysql", "no MariaDB server's binaries here");
        return;
    };
    let _case = fault::case(21, "mysql").cases(LOOKING.len() as u64 * 2);
    server.sql("CREATE DATABASE d");
    let file = server.file("general.log");
    look_at(
        &server.url("d"),
        || with_databases(&std::fs::read_to_string(&file).unwrap_or_default()),
        |line| {
            line.split_once("Query\t")
                .is_some_and(|(_, sql)| writes(sql))
        },
    );
}
