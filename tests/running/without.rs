//! `transaction:false`, and limits on how long things may take.

use std::time::{Duration, Instant};

use crate::support::{Backend, fault, wait_until};
use crate::{on, slow};

on! {
    [postgres]
    fn an_index_is_made_concurrently_without_a_transaction(env) {
        env.up_down("001_a", "CREATE TABLE a (id integer PRIMARY KEY, name text);", "DROP TABLE a;");
        env.revision("002_b", "\
-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY a_name ON a (name);
CREATE UNIQUE INDEX CONCURRENTLY a_name_id ON a (name, id);
-- migrate:down transaction:false
DROP INDEX CONCURRENTLY a_name_id;
DROP INDEX CONCURRENTLY a_name;
");
        env.piton(["upgrade"]).ok().says(["2 revisions applied"]);
        let valid = "SELECT count(*) FROM pg_index WHERE indrelid = 'a'::regclass AND indisvalid";
        assert_eq!(env.value(valid), "3");
        env.piton(["upgrade"]).ok().says(["nothing to do"]);
        env.piton(["downgrade"]).ok();
        assert_eq!(env.value(valid), "1");
    }

    [postgres]
    fn a_failure_without_a_transaction_is_half_applied(env) {
        env.table_revision(1, "a");
        env.revision("002_b", "-- migrate:up transaction:false\nCREATE TABLE b (id integer);\nSELECT nonsense;\n");
        env.piton(["upgrade"]).ends(7).says(["002_b.sql:3:8", "002_b is half applied: it came to statement 2 of 2"]);
        assert_eq!(env.tables(), ["a", "b"]);
        env.piton(["upgrade"]).ends(7).says(["half applied: 002_b, statement 2 of 2 failed"]);
        env.sql("DROP TABLE b");
        env.piton(["stamp", "001"]).ok();
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
    }

    [json, sqlite]
    fn transaction_false_is_taken_by_embedded_databases_too(env) {
        env.revision("001_a", "-- migrate:up transaction:false\nBEGIN;\nCREATE TABLE a (id integer PRIMARY KEY);\nCOMMIT;\nCREATE TABLE b (id integer PRIMARY KEY);\n");
        env.piton(["upgrade"]).ok();
        assert_eq!(env.tables(), ["a", "b"]);
        assert_eq!(env.applied(), ["001_a"]);
    }

    [json, sqlite, postgres, mysql]
    fn a_statement_that_takes_longer_than_it_may_is_5(env) {
        env.table_revision(1, "a");
        let endless = match env.backend() {
            // A SLEEP that is cut short counts as done there.
            Backend::Mysql => "CREATE TABLE b AS SELECT count(*) FROM information_schema.COLLATIONS a, \
                information_schema.COLLATIONS b, information_schema.COLLATIONS c;".to_owned(),
            _ => slow(env, 60),
        };
        env.up_down("002_b", &endless, "");
        let started = Instant::now();
        env.piton(["upgrade", "--statement-timeout", "1s"]).ends(5).says([
            "upgrade of 002_b failed: it ran longer than $TIME",
            "--statement-timeout",
            "nothing of 002_b stands",
        ]);
        assert!(started.elapsed() < Duration::from_secs(20));
        assert_eq!(env.applied(), ["001_a"]);
        env.table_revision(2, "b");
        env.piton(["upgrade"]).ok();
    }

    [postgres, mysql]
    fn a_lock_that_another_client_holds_too_long_is_5(env) {
        let _case = fault::case(13, env.backend());
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        env.up_down("002_b", "ALTER TABLE a ADD COLUMN b integer;", "");
        let mut other = env.database().connect();
        hold(env.backend(), &mut other);
        let started = Instant::now();
        env.piton(["upgrade", "--lock-timeout", "2s"]).ends(5).says(["upgrade of 002_b failed", "nothing of 002_b stands", "process ", "waiting for a lock"]);
        assert!(started.elapsed() >= Duration::from_secs(2));
        assert_eq!(env.applied(), ["001_a"]);
        drop(other);
        env.piton(["upgrade"]).ok().says(["applied 002_b"]);
    }

    [postgres, mysql]
    fn a_lock_that_comes_free_is_waited_for(env) {
        let _case = fault::case(13, env.backend());
        env.table_revision(1, "a");
        env.piton(["upgrade"]).ok();
        env.up_down("002_b", "ALTER TABLE a ADD COLUMN b integer;", "");
        let mut other = env.database().connect();
        hold(env.backend(), &mut other);
        let running = env.start(["upgrade"]);
        let waits = match env.backend() {
            Backend::Postgres => "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
            _ => "SELECT count(*) FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND INFO LIKE 'ALTER TABLE a %'",
        };
        let mut third = env.database().connect();
        wait_until("it waits for the lock", || third.value(waits) != "0");
        running.wait_for("waiting for a lock");
        drop(other);
        running.output().ok().says(["applied 002_b", "process "]);
    }
}

/// Takes a lock on table `a` that an ALTER TABLE has to wait for.
fn hold(backend: Backend, client: &mut crate::support::Connection) {
    match backend {
        Backend::Postgres => client.query("BEGIN; SELECT count(*) FROM a"),
        _ => client.query("LOCK TABLES a READ"),
    };
}
